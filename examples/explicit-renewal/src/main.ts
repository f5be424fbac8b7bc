import { memoryBackend } from '@everbearer/backends/memory';
import { AuthError, createTokenManager, ReauthorizationRequiredError } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { deviceCode } from '@everbearer/providers/sign-in';
import { settings } from './settings.ts';

/*
 * Catch, renew, go on: for a client that takes no fetch of yours and sets its own header. Of everything that can happen to a
 * token, this program is told, and decides.
 */

await using given = await settings();
const { issuer, clientId, items, process: work, onCode } = given;
const provider = oauth2({ issuer, clientId, scopes: ['Mail.Read', 'offline_access'] });
await using tokens = createTokenManager({ provider, backend: memoryBackend(), timing: { maxWaitMs: 0 } });

/** Does one item, with a token that works; `work` answers false where the API says 401. */
async function withToken(item: string): Promise<void> {
  let { token } = await tokens.getToken();
  if (await work(item, token)) return;
  console.log(`  ${item}: the API refuses the token`);
  // "A token that works; this one did not": renewed once, however many callers say so.
  ({ token } = await tokens.getToken({ rejected: token }));
  if (!(await work(item, token))) throw new Error('A new token is refused as well: look at its scopes.');
}

for (const item of items) {
  for (;;) {
    try {
      await withToken(item);
      console.log(`${item} done`);
      break;
    } catch (error) {
      if (error instanceof ReauthorizationRequiredError) {
        console.log(`  ${item}: a person must sign in (${error.code})`);
        await tokens.signIn(await deviceCode(provider, { onCode }));
      } else if (error instanceof AuthError && error.retryable) {
        const waitMs = (error as { retryAfterMs?: number }).retryAfterMs ?? 1_000;
        console.log(`  ${item}: ${error.code}, again in ${Math.ceil(waitMs / 1000)} s`);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      } else throw error;
    }
  }
}
