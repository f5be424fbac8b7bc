import { randomBytes } from 'node:crypto';
import { type EncryptedOptions, encrypted } from '@everbearer/backends/encrypted';
import { memoryBackend } from '@everbearer/backends/memory';
import { ConfigurationError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { newKey } from '../support/sealing.ts';
import { expectSilent } from '../support/silence.ts';

const good = newKey('a');
const random = randomBytes(32);
const passphrase = 'correct horse battery staple 32!';

const REFUSED: readonly [what: string, options: unknown, option: string, says: string][] = [
  ['no options', undefined, 'options', 'must be an object'],
  ['no keys', {}, 'keys', 'at least one key'],
  ['an empty ring', { keys: [] }, 'keys', 'openssl rand -base64 32'],
  ['a key without its ring', { keys: good.key }, 'keys', 'at least one key'],
  ['a text in the ring', { keys: ['text'] }, 'keys[0]', 'an object { kid, key }'],
  ['null in the ring', { keys: [good, null] }, 'keys[1]', 'an object { kid, key }'],
  ['an empty kid', { keys: [{ kid: '', key: random }] }, 'keys[0].kid', '1 to 64 letters'],
  ['a kid with spaces', { keys: [{ kid: 'a b', key: random }] }, 'keys[0].kid', '1 to 64 letters'],
  ['a long kid', { keys: [{ kid: 'k'.repeat(65), key: random }] }, 'keys[0].kid', '1 to 64 letters'],
  ['a kid that is a number', { keys: [{ kid: 1, key: random }] }, 'keys[0].kid', '1 to 64 letters'],
  ['a kid twice', { keys: [good, newKey('b'), newKey('a')] }, 'keys', 'two keys of the kid "a"'],
  ['no key', { keys: [{ kid: 'a' }] }, 'keys[0].key', 'neither bytes'],
  ['a key that is a number', { keys: [{ key: 7 }] }, 'keys[0].key', 'neither bytes'],
  ['a plain array', { keys: [{ key: [...random] }] }, 'keys[0].key', 'neither bytes'],
  ['a short key', { keys: [{ key: random.subarray(1) }] }, 'keys[0].key', 'is 31 bytes long'],
  ['a long key', { keys: [{ key: randomBytes(33) }] }, 'keys[0].key', 'is 33 bytes long'],
  ['an empty key', { keys: [{ key: '' }] }, 'keys[0].key', 'is not base64url text'],
  ['a key of 16 bytes as text', { keys: [{ key: 'AAECAwQFBgcICQoLDA0ODw' }] }, 'keys[0].key', 'is 16 bytes'],
  ['hexadecimal text', { keys: [{ key: random.toString('hex') }] }, 'keys[0].key', 'is 48 bytes long'],
  ['a passphrase as text', { keys: [{ key: passphrase }] }, 'keys[0].key', 'is not base64url text'],
  ['a passphrase as bytes', { keys: [{ key: Buffer.from(passphrase) }] }, 'keys[0].key', 'a passphrase'],
  ['zeros', { keys: [{ key: new Uint8Array(32) }] }, 'keys[0].key', 'repeat or follow a pattern'],
  ['zeros as text', { keys: [{ key: 'A'.repeat(43) }] }, 'keys[0].key', 'repeat or follow a pattern'],
  [
    'one half twice',
    { keys: [{ key: Buffer.concat([random.subarray(16), random.subarray(16)]) }] },
    'keys[0].key',
    'repeat',
  ],
  [
    'counted bytes',
    { keys: [{ key: Uint8Array.from({ length: 32 }, (_, i) => i) }] },
    'keys[0].key',
    'pattern',
  ],
  [
    'bytes counted down',
    { keys: [{ key: Uint8Array.from({ length: 32 }, (_, i) => 250 - 3 * i) }] },
    'keys[0].key',
    'pattern',
  ],
  ['a bad second key', { keys: [good, { key: random.subarray(2) }] }, 'keys[1].key', 'is 30 bytes long'],
  ['a store that is no text', { keys: [good], store: 7 }, 'store', 'at most 256 characters'],
  ['a long store', { keys: [good], store: 's'.repeat(257) }, 'store', 'at most 256 characters'],
  ['acceptPlaintext as text', { keys: [good], acceptPlaintext: 'true' }, 'acceptPlaintext', 'true or false'],
  [
    'a misspelt option',
    { keys: [good], acceptPlainText: true },
    'acceptPlainText',
    'Did you mean `acceptPlaintext`?',
  ],
];

test.each(REFUSED)('%s: refused', (_, options, option, says) => {
  let error: unknown;
  try {
    encrypted(memoryBackend(), options as EncryptedOptions);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({ option, message: expect.stringContaining(says) });
  expectSilent(
    error,
    passphrase,
    random.toString('hex').slice(0, 16),
    random.toString('base64').slice(0, 12),
  );
});

test.each([undefined, null, 'file', {}, { load: () => undefined }])('%s is no backend', (backend) => {
  const wrap = () => encrypted(backend as unknown as TokenBackend, { keys: [good] });
  expect(wrap).toThrow(ConfigurationError);
  expect(wrap).toThrow('encrypted(fileBackend(), { keys })');
});

test('random keys are taken, in every way of writing them', () => {
  for (let i = 0; i < 2_000; i++) {
    const key = randomBytes(32);
    const texts = [key.toString('base64url'), key.toString('base64'), `${key.toString('base64url')}=\n`];
    for (const form of [key, new Uint8Array(key), ...texts])
      expect(() => encrypted(memoryBackend(), { keys: [{ key: form }] })).not.toThrow();
  }
});
