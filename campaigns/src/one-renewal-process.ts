import { fileBackend } from '@everbearer/backends/file';
import { AuthError, createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';

/*
 * A process that renews twice, on whatever runtime it was started with, and says so line by line. With `busyMs` it stands
 * still for so long in the middle of the first renewal, as a program does that computes.
 */

/** What it needs to know; it comes as JSON in its environment. */
export interface OneRenewalConfig {
  directory: string;
  tokenEndpoint: string;
  clientId: string;
  timing: { requestTimeoutMs: number; leaseTtlMs: number };
  busyMs?: number;
}

const { directory, tokenEndpoint, clientId, timing, busyMs } = JSON.parse(
  process.env['ONE_RENEWAL'] ?? '{}',
) as OneRenewalConfig;

const tokens = createTokenManager({
  provider: oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] }),
  backend: fileBackend({ directory }),
  timing,
  onEvent({ type }) {
    if (type !== 'renewal_started') return;
    console.log('started');
    if (busyMs !== undefined) setTimeout(() => setImmediate(standStill), 100);
  },
});

let isBusy = false;
function standStill(): void {
  if (isBusy) return;
  isBusy = true;
  const until = performance.now() + (busyMs ?? 0);
  while (performance.now() < until);
}

for (let round = 0; round < 2; round++) {
  try {
    await tokens.renew();
    console.log('renewed');
  } catch (error) {
    console.log(error instanceof AuthError ? error.code : String(error));
  }
}
await tokens.close();
