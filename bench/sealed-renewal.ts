import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encrypted } from '@everbearer/backends/encrypted';
import { fileBackend } from '@everbearer/backends/file';
import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenBackend } from '@everbearer/core/contract';
import { measure } from './measure.ts';

/* What sealing adds to one renewal: the same renewal over the same store, with and without `encrypted()`. */

let issued = 0;
/** Of the size that Entra issues. */
const issue = () => ({
  accessToken: `${++issued}`.padEnd(1_800, 'a'),
  refreshToken: `${issued}`.padEnd(1_200, 'r'),
  expiresAt: Date.now() + 3_600_000,
});

async function renewal(backend: TokenBackend): Promise<() => Promise<unknown>> {
  const provider = { id: 'bench', profile: STRICT_PROFILE, scopes: ['read'], refresh: async () => issue() };
  const tokens = createTokenManager({ provider, backend });
  await tokens.signIn(issue());
  return () => tokens.renew();
}

const keys = [{ kid: 'bench', key: randomBytes(32) }];
const around = mkdtempSync(join(tmpdir(), 'sealed-renewal-'));
const file = (name: string) => fileBackend({ directory: join(around, name) });

try {
  const rows = [
    {
      store: 'memory',
      operations: 200,
      plain: memoryBackend(),
      sealed: encrypted(memoryBackend(), { keys }),
    },
    { store: 'file', operations: 10, plain: file('plain'), sealed: encrypted(file('sealed'), { keys }) },
  ];
  for (const { store, operations, plain, sealed } of rows) {
    const subjects = [
      { name: 'plain', run: await renewal(plain) },
      { name: 'sealed', run: await renewal(sealed) },
    ];
    const [without, within] = (await measure(subjects, { operations })).map(({ ns }) => ns / 1_000);
    const [a = Number.NaN, b = Number.NaN] = [without, within];
    console.log(
      `${store}: a renewal takes ${a.toFixed(0)} µs, sealed ${b.toFixed(0)} µs: ${(b - a).toFixed(0)} µs more`,
    );
  }
} finally {
  rmSync(around, { recursive: true, force: true });
}
