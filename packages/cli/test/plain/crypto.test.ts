import { createHash as createNodeHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHash, subtleDigest } from '../../src/plain/crypto.ts';

const hex = (bytes: ArrayBuffer | Uint8Array) => Buffer.from(bytes as Uint8Array).toString('hex');

test('is SHA-256 at every length around its blocks, and of bytes of every kind', async () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 151 + length * 7) % 256);
    const expected = createNodeHash('sha256').update(bytes).digest('hex');
    expect(createHash('sha256').update(bytes).digest('hex'), `${length} bytes`).toBe(expected);
    expect(hex(await subtleDigest('SHA-256', bytes))).toBe(expected);
  }
  const large = new Uint8Array(400_000).fill(0xa5);
  expect(hex(await subtleDigest('SHA-256', large))).toBe(
    createNodeHash('sha256').update(large).digest('hex'),
  );
});

test('joins what it is given, text as UTF-8', () => {
  const parts = ['größe ', Buffer.from([0xff, 0]), '🔑'];
  const expected = createNodeHash('sha256');
  const own = createHash('sha256');
  for (const part of parts) {
    expected.update(part);
    own.update(part);
  }
  expect(own.digest('hex')).toBe(expected.digest('hex'));
});
