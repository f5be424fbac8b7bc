import { createHmac, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { tokenFingerprint } from '../../src/fingerprint.ts';

const KEY = 'q3Zx0fJ1b8KpVt6wYc9LrS2mNn4DhGa5EeUuIiOoPp7';

test('the same token has the same eight characters under the same key, wherever it is made', () => {
  const names = [tokenFingerprint({ key: KEY }), tokenFingerprint({ key: `\n ${KEY}\r\n` })].map((of) =>
    of('at-1'),
  );
  expect(names[0]).toMatch(/^[0-9a-z]{8}$/);
  expect(names[1]).toBe(names[0]);
  expect(tokenFingerprint({ key: Buffer.from(KEY) })('at-1')).toBe(names[0]);
});

test('it is HMAC-SHA-256 (RFC 2104) of what the token is and of the token, in 32 characters', () => {
  const key = randomBytes(48);
  for (const token of ['at-1', 'é'.repeat(3_000), randomBytes(1_500).toString('base64url')]) {
    const digest = createHmac('sha256', key).update(`access token\n${token}`).digest();
    const expected = [...digest.subarray(0, 8)]
      .map((byte) => '0123456789abcdefghjkmnpqrstvwxyz'[byte % 32])
      .join('');
    expect(tokenFingerprint({ key })(token)).toBe(expected);
  }
});

test('another token or another key makes another one', () => {
  const of = tokenFingerprint({ key: KEY });
  const names = new Set(Array.from({ length: 20_000 }, (_, n) => of(`at-${n}`)));
  expect(names.size).toBe(20_000);
  expect(tokenFingerprint({ key: randomBytes(32) })('at-1')).not.toBe(of('at-1'));
});

test('bytes of another realm, as test runners have them, are a key', () => {
  const key = runInNewContext('Uint8Array.from({ length: 32 }, (_, n) => n * 7)') as Uint8Array;
  expect(key instanceof Uint8Array).toBe(false);
  expect(tokenFingerprint({ key })('at-1')).toBe(tokenFingerprint({ key: Uint8Array.from(key) })('at-1'));
});

test('a key whose bytes are changed afterwards changes no name', () => {
  const key = randomBytes(32);
  const of = tokenFingerprint({ key });
  const before = of('at-1');
  key.fill(0);
  expect(of('at-1')).toBe(before);
});

test('the function shows nothing of its key', () => {
  expect(inspect(tokenFingerprint({ key: KEY }), { depth: 9, showHidden: true })).not.toContain(
    KEY.slice(0, 8),
  );
});

test.each([
  ['nothing', undefined],
  ['a password', 'correct horse battery staple'],
  ['one character many times', 'a'.repeat(64)],
  ['31 bytes', randomBytes(31)],
  ['zeros', new Uint8Array(64)],
  ['a number', 42],
  ['a list of numbers', [...randomBytes(32)]],
])('%s is no key', (_, key) => {
  const make = () => tokenFingerprint({ key: key as never });
  expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError', option: 'key' }));
  expect(make).toThrow(/openssl rand -base64 32/);
  if (typeof key === 'string') expect(make).not.toThrow(key);
});

test.each([undefined, null, 'a key', []])('options must be an object: %j', (options) => {
  expect(() => tokenFingerprint(options as never)).toThrow(expect.objectContaining({ option: 'options' }));
});
