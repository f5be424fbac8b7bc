import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { STRICT_PROFILE, type TokenBackend } from '../../../packages/core/src/contract.ts';
import {
  AccessToken,
  AuthError,
  type AuthEvent,
  createTokenManager,
} from '../../../packages/core/src/index.ts';

/** One that bears no mark: the watch must learn it from the library. */
const SECRET = 'k7Zq9vXw2LmP4tRb';

async function signedIn(onEvent?: (event: AuthEvent) => void) {
  const backend: TokenBackend = {
    capabilities: { cas: 'shared', durable: true, writable: true },
    load: async () => undefined,
    save: async () => 'v',
  };
  const refresh = async () => ({ accessToken: SECRET });
  const provider = { id: 'as', profile: STRICT_PROFILE, scopes: [], refresh };
  const manager = createTokenManager({ provider, backend, ...(onEvent && { onEvent }) });
  await manager.signIn({ refreshToken: SECRET, accessToken: SECRET });
  return manager;
}

test('clean: a token held, refused and asked about', async () => {
  const manager = await signedIn();
  expect((await manager.getToken()).token).toBe(SECRET);
  console.log(await manager.status(), manager, new AccessToken({ token: SECRET }));
});

test('leak: printed to the console', async () => {
  const manager = await signedIn();
  console.log({ deep: { down: [(await manager.getToken()).token] } });
});

test('leak: written to the error stream', async () => {
  await signedIn();
  process.stderr.write(`refused ${SECRET}\n`);
});

test('leak: in the message of an error that nobody looks at', async () => {
  await signedIn();
  void new AuthError({ code: 'x', message: `The token ${SECRET} was refused.` });
});

test('leak: in a field of an error', async () => {
  await signedIn();
  Object.assign(new AuthError({ code: 'x', message: 'Refused.' }), { request: { headers: { a: SECRET } } });
});

test('leak: in a file beside the store', async () => {
  await signedIn();
  writeFileSync(join(mkdtempSync(join(tmpdir(), 'leak-')), 'debug.log'), `token=${SECRET}`);
});

test('leak: in a manager', async () => {
  Object.assign(await signedIn(), { cache: new Map([['at', { secret: SECRET }]]) });
});

test('leak: a secret that bears a mark', () => {
  console.warn('Bearer CANARY-5f1d-at-1');
});
