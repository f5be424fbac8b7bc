import { setTimeout as pause } from 'node:timers/promises';
import { createAuthFetch, createTokenManager, isAuthError } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { openStore } from './open-store.ts';
import type { FromWorker, ToWorker, WorkerConfig } from './worker-messages.ts';

/* One process among several on one store. It never signs in: it lives on what is stored. */

const config = JSON.parse(process.env['WORKER'] ?? '{}') as WorkerConfig;
const { store, tokenEndpoint, clientId, apiUrl, incessant } = config;
const tell = (message: FromWorker) => void (process.connected && process.send?.(message));

const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
const { backend, end } = await openStore(store);
const tokens = createTokenManager({
  provider,
  backend,
  timing: { recheckMs: 1_000 },
  onEvent: ({ type }) => tell({ type: 'event', event: type }),
});
const fetch = createAuthFetch(tokens, { origins: [apiUrl] });

async function call(): Promise<string> {
  try {
    const headers = { 'user-agent': `worker ${process.pid}` };
    const response = await fetch(`${apiUrl}/v1.0/me/mailFolders/inbox`, { headers });
    await response.arrayBuffer();
    return response.ok ? 'ok' : `status ${response.status}`;
  } catch (error) {
    return isAuthError(error) ? error.code : String((error as Error).cause ?? error);
  }
}

async function round(calls: number): Promise<void> {
  const faults: Record<string, number> = {};
  let ok = 0;
  let slowestMs = 0;
  await Promise.all(
    Array.from({ length: calls }, async () => {
      const begunAt = performance.now();
      const outcome = await call();
      slowestMs = Math.max(slowestMs, performance.now() - begunAt);
      if (outcome === 'ok') ok++;
      else faults[outcome] = (faults[outcome] ?? 0) + 1;
    }),
  );
  tell({ type: 'done', ok, faults, slowestMs });
}

let stopping = false;
process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToWorker) => {
  if (message === 'stop') stopping = true;
  else void round(message.calls);
});

await tokens.getToken();
tell({ type: 'ready' });
if (incessant) {
  while (!stopping) {
    await round(4);
    await pause(10);
  }
} else {
  while (!stopping) await pause(20);
}
await tokens.close();
await end();
process.disconnect();
