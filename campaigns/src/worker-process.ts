import { setTimeout as pause } from 'node:timers/promises';
import { fileBackend } from '@everbearer/backends/file';
import { createAuthFetch, createTokenManager, isAuthError } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import type { FromWorker, Round, ToWorker, WorkerConfig } from './worker-messages.ts';

/* One process among several on one directory. It never signs in: it lives on what is stored. */

const config = JSON.parse(process.env['WORKER'] ?? '{}') as WorkerConfig;
const { directory, tokenEndpoint, clientId, apiUrl, incessant } = config;
const tell = (message: FromWorker) => void (process.connected && process.send?.(message));

const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
const tokens = createTokenManager({
  provider,
  backend: fileBackend({ directory }),
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

/** The token that everybody held when the last round ended: the one that has been ended since. */
let ended = '';

async function ask(): Promise<string> {
  try {
    const { token } = await tokens.getToken(ended === '' ? {} : { rejected: ended });
    return token === ended ? 'the token that was refused' : 'ok';
  } catch (error) {
    return isAuthError(error) ? error.code : String(error);
  }
}

async function round({ callers, requests }: Round): Promise<void> {
  const faults: Record<string, number> = {};
  let ok = 0;
  let slowestMs = 0;
  await Promise.all(
    Array.from({ length: callers }, async (_, index) => {
      const begunAt = performance.now();
      const outcome = await (index < requests ? call() : ask());
      slowestMs = Math.max(slowestMs, performance.now() - begunAt);
      if (outcome === 'ok') ok++;
      else faults[outcome] = (faults[outcome] ?? 0) + 1;
    }),
  );
  ended = tokens.peek?.()?.token ?? ended;
  tell({ type: 'done', ok, faults, slowestMs });
}

let stopping = false;
process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToWorker) => {
  if (message === 'stop') stopping = true;
  else void round(message);
});

ended = (await tokens.getToken()).token;
tell({ type: 'ready' });
if (incessant) {
  while (!stopping) {
    await round({ callers: 4, requests: 4 });
    await pause(10);
  }
} else {
  while (!stopping) await pause(20);
}
await tokens.close();
process.disconnect();
