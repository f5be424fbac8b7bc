import { flushCompileCache } from 'node:module';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AuthError, createAuthFetch, createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenBackend, type TokenProvider } from '@everbearer/core/contract';
import { oauth2 } from '@everbearer/providers/oauth2';
import { plan } from './fault-plan.ts';
import { fingerprint } from './fingerprint.ts';
import { openStore } from './open-store.ts';
import type { FromWorker, Round, ToWorker, WorkerConfig } from './worker-messages.ts';

/* One process among several on one store. It never signs in: it lives on what is stored. */

const config = JSON.parse(process.env['WORKER'] ?? '{}') as WorkerConfig;
const { store, tokenEndpoint, clientId, apiUrl, incessant, graceMs = 0, timing, killBefore } = config;
const tell = (message: FromWorker) => void (process.connected && process.send?.(message));

const profile = { ...STRICT_PROFILE, graceMs };
const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'], profile });
const reporting: TokenProvider = {
  ...provider,
  async refresh(credential, context) {
    const tokens = await provider.refresh(credential, context);
    const { refreshToken = '' } = tokens;
    tell({ type: 'received', from: fingerprint(credential.refreshToken), token: fingerprint(refreshToken) });
    return tokens;
  },
};
const { backend: opened, end } = await openStore(store);
const backend: TokenBackend = config.strangers ? { ...opened, isHolderAlive: () => undefined } : opened;
const tokens = createTokenManager({
  provider: reporting,
  backend,
  timing: { recheckMs: 1_000, ...timing },
  onEvent: ({ type }) => tell({ type: 'event', at: Date.now(), event: type }),
});
const fetch = createAuthFetch(tokens, { origins: [apiUrl] });

async function call(): Promise<string> {
  try {
    const headers = { 'user-agent': `worker ${process.pid}` };
    const response = await fetch(`${apiUrl}/v1.0/me/mailFolders/inbox`, { headers });
    await response.arrayBuffer();
    return response.ok ? 'ok' : `status ${response.status}`;
  } catch (error) {
    return error instanceof AuthError ? error.code : String((error as Error).cause ?? error);
  }
}

/** The token that everybody held when the last round ended: the one that has been ended since. */
let ended = '';

async function ask(): Promise<string> {
  try {
    const { token } = await tokens.getToken(ended === '' ? {} : { rejected: ended });
    return token === ended ? 'the token that was rejected' : 'ok';
  } catch (error) {
    return error instanceof AuthError ? error.code : String(error);
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
  tell({ type: 'done', at: Date.now(), ok, faults, slowestMs });
}

/** By its own hand, and as suddenly as by any other: nothing of it is flushed or tidied up. */
function dieBefore(number: number): void {
  plan({
    before(step) {
      if (step.number !== number) return;
      const kind = /^(v|t|damaged)\./.exec(basename(step.path))?.[1] ?? 'folder';
      tell({ type: 'dying', point: `${step.call} ${kind}` });
      process.kill(process.pid, 'SIGKILL');
    },
  });
}

let stopping = false;
process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToWorker) => {
  if (message === 'stop') stopping = true;
  else void round(message);
});

ended = (await tokens.getToken()).token;
// Most of them end too suddenly to leave it behind.
flushCompileCache();
tell({ type: 'ready' });
if (killBefore !== undefined) {
  dieBefore(killBefore);
  // Its own end comes in the middle of one of these.
  for (;;) await tokens.renew();
}
if (incessant) {
  while (!stopping) {
    await round({ callers: 4, requests: 4 });
    await pause(40);
  }
} else {
  while (!stopping) await pause(20);
}
await tokens.close();
await end();
process.disconnect();
