import { fileBackend } from '@everbearer/backends/file';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { defineBackend } from '@everbearer/core/contract';
import { oauth2 } from '@everbearer/providers/oauth2';

/* A process that ends as soon as its work is done, as command line programs do. */

/** What it needs to know; it comes as JSON in its environment. */
export interface ShortLifeConfig {
  directory: string;
  tokenEndpoint: string;
  clientId: string;
  apiUrl: string;
  /**
   * `exit`: one call while the token is about to end, then `process.exit()`. `close`: two calls that far apart that the
   * second one begins a renewal behind itself, then `close()` and `process.exit()`. `broken` and `silent`: the store takes
   * nothing more once a renewal began; then `close()`, and nothing else that ends the process.
   */
  end: 'exit' | 'close' | 'broken' | 'silent';
}

const { directory, tokenEndpoint, clientId, apiUrl, end } = JSON.parse(
  process.env['SHORT_LIFE'] ?? '{}',
) as ShortLifeConfig;

const files = fileBackend({ directory });
let isBroken = false;
const breaking = defineBackend({
  load: async (key) => (await files.load(key))?.data,
  async compareAndSave(key, data, expected) {
    if (isBroken && end === 'silent') return new Promise<never>(() => undefined);
    if (isBroken) throw new Error('the disk is gone');
    const stored = await files.load(key);
    return stored?.data === expected && (await files.save(key, data, stored?.version)) !== undefined;
  },
});
const tokens = createTokenManager({
  provider: oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] }),
  backend: end === 'broken' || end === 'silent' ? breaking : files,
  timing: { softMarginMs: 30_000, requestTimeoutMs: 500, leaseTtlMs: 1_500 },
  onEvent({ type }) {
    if (type === 'renewal_started') isBroken = true;
  },
});

async function call(): Promise<void> {
  const authFetch = createAuthFetch(tokens, { origins: [apiUrl] });
  const response = await authFetch(`${apiUrl}/v1.0/me/mailFolders/inbox`);
  console.log(response.status);
}

if (end === 'broken' || end === 'silent') {
  await tokens.renew();
  await tokens.close().catch(({ name, message }: Error) => console.log(`${name}: ${message}`));
} else {
  for (;;) {
    await tokens.status();
    if (tokens.state !== 'valid') break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  console.log(tokens.state);
  await call();
  // What it does with the answer.
  await new Promise((resolve) => setTimeout(resolve, 80));
  if (end === 'close') {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await call();
    await tokens.close();
  }
  process.exit();
}
