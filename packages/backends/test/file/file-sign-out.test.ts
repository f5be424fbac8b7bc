import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { encrypted } from '@everbearer/backends/encrypted';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { newKey } from '../support/sealing.ts';
import { lineageProvider, originOf } from '../support/seeded-manager.ts';
import { everythingIn, keysOf, newestPath, temporaryDirectory } from '../support/state-files.ts';

/* Signed out means gone, through a token manager and for every process that starts later. */

const { provider } = lineageProvider(true);

async function livedIn(wrap: (backend: TokenBackend) => TokenBackend) {
  const directory = temporaryDirectory();
  const files = fileBackend({ directory });
  const open = (backend: TokenBackend = fileBackend({ directory })) =>
    createTokenManager({ provider, backend: wrap(backend) });
  const manager = open(files);
  await manager.signIn({ refreshToken: `ann-${++serial}` });
  for (let n = 0; n < 4; n++) await manager.renew();
  const spoil = async () => {
    const [key = ''] = await keysOf(files);
    truncateSync(newestPath(directory, key), 40);
  };
  return { directory, manager, open, spoil };
}
let serial = 0;

const plain = (backend: TokenBackend) => backend;
const key = newKey('a');

describe.each([
  ['files', plain],
  ['sealed files', (backend: TokenBackend) => encrypted(backend, { keys: [key] })],
])('%s', (_name, wrap) => {
  test('after a sign-out hold no token, and a process that starts later finds none', async () => {
    const { directory, manager, open } = await livedIn(wrap);
    const folder = join(directory, readdirSync(directory).find((name) => /^\w{64}$/.test(name)) as string);
    const before = everythingIn(folder).length;
    await manager.signOut();
    expect(everythingIn(directory)).not.toContain('ann-');
    expect(everythingIn(folder).length).toBeLessThan(before / 2);
    expect(await originOf(open())).toBe('signed_out');
  });

  test('that are damaged after a sign-out bring no session back', async () => {
    const { manager, open, spoil } = await livedIn(wrap);
    await manager.signOut();
    await spoil();
    expect(await originOf(open())).toBe('damaged');
    expect(await originOf(open())).toBe('damaged');
  });

  test('that are damaged after another person signed in do not bring the first one back', async () => {
    const { directory, manager, open, spoil } = await livedIn(wrap);
    await manager.signIn({ refreshToken: `bob-${++serial}` });
    expect(everythingIn(directory)).not.toContain('ann-');
    await spoil();
    expect(await originOf(open())).toBe('damaged');
  });
});
