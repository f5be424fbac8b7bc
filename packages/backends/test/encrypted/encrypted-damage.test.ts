import { encrypted } from '@everbearer/backends/encrypted';
import { createTokenManager, TokenBackendError } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import fc from 'fast-check';
import { CompactEncrypt, type CompactJWEHeaderParameters } from 'jose';
import { describe, expect, test } from 'vitest';
import { CANARY, damageOf, headerOf, KEY, newKey, sealedStore } from '../support/sealing.ts';
import { expectSilent } from '../support/silence.ts';

const PARTS = ['header', 'encrypted key', 'vector', 'text', 'tag'];

/** The part with its first character changed; an empty one gets one. */
const changed = (part: string) => (part.startsWith('A') ? `B${part.slice(1)}` : `A${part.slice(1)}`);

describe('a record that was tampered with is damage', () => {
  test.each(PARTS.map((name, index) => ({ name, index })))('in its $name', async ({ index }) => {
    const { backend, stored, plant } = await sealedStore();
    const parts = (await stored()).split('.');
    const version = await plant(parts.map((part, at) => (at === index ? changed(part) : part)).join('.'));
    const error = await damageOf(backend.load(KEY));
    expect(error.version).toBe(version);
    expectSilent(error, CANARY, ...parts.filter((part) => part.length > 12));
  });

  test('by a header with other words, in the same place', async () => {
    const { backend, stored, plant } = await sealedStore([newKey('a'), newKey('b')]);
    const [, ...rest] = (await stored()).split('.');
    const original = headerOf(await stored());
    const forgeries = [
      { kid: 'b' },
      { alg: 'A256KW' },
      { enc: 'A128GCM' },
      { acct: 'x' },
      { v: 2 },
      { zip: 'DEF' },
    ];
    for (const forged of forgeries) {
      const header = Buffer.from(JSON.stringify({ ...original, ...forged })).toString('base64url');
      await plant([header, ...rest].join('.'));
      await damageOf(backend.load(KEY));
    }
  });

  test('whatever was cut, put in or changed: it opens as it was, or not at all', async () => {
    const { backend, store, text, stored, plant } = await sealedStore();
    const sealed = await stored();
    const position = fc.nat(sealed.length);
    const edit = fc.tuple(position, fc.nat(3), fc.string({ maxLength: 3, unit: 'grapheme-ascii' }));
    const run = async ([at, cut, put]: [number, number, string]) => {
      await plant(sealed.slice(0, at) + put + sealed.slice(at + cut));
      const opened = await backend.load(KEY).catch((error: unknown) => error);
      // The last character of a part has bits that mean nothing.
      if (opened instanceof TokenBackendError) expect(opened.code).toBe('damaged');
      else expect(opened).toMatchObject({ data: text });
    };
    await fc.assert(fc.asyncProperty(edit, run), { numRuns: 400 });
    expect(await store.load(KEY)).toBeDefined();
  });
});

describe('a record in the wrong place is damage', () => {
  test('of another account', async () => {
    const { backend, stored, plant } = await sealedStore();
    await backend.save('grace', 'of Grace', undefined);
    const version = await plant(await stored(), 'grace');
    const error = await damageOf(backend.load('grace'));
    expect(error.message).toContain('was sealed for another account');
    expect(error.version).toBe(version);
    expectSilent(error, CANARY);
  });

  test('of another store with the same keys', async () => {
    const keys = [newKey('a')];
    const { store } = await sealedStore(keys);
    const production = encrypted(store, { keys, store: 'production' });
    expect((await damageOf(production.load(KEY))).message).toContain('was sealed for another store');
    const { version } = (await store.load(KEY)) ?? {};
    await production.save(KEY, 'a text', version);
    expect(await production.load(KEY)).toMatchObject({ data: 'a text' });
    const staging = encrypted(store, { keys, store: 'staging' });
    for (const other of [staging, encrypted(store, { keys })]) await damageOf(other.load(KEY));
  });
});

describe('a key that does not fit', () => {
  test('an unknown kid is named, and the record stays as it is', async () => {
    const { store, stored } = await sealedStore([newKey('2026-05')]);
    const before = await stored();
    const error = await damageOf(encrypted(store, { keys: [newKey('2026-11')] }).load(KEY));
    expect(error.message).toBe(
      'The stored record is sealed with the key "2026-05" that is not in `keys`. Add that key behind the first one; if it is lost, sign in again to replace the record.',
    );
    expect(await stored()).toBe(before);
  });

  test('another key under the same kid', async () => {
    const { store } = await sealedStore([newKey('a')]);
    const error = await damageOf(encrypted(store, { keys: [newKey('a')] }).load(KEY));
    expect(error.message).toContain('does not open with the key "a"');
  });

  test('a kid that is no name is not quoted', async () => {
    const { backend, stored, plant } = await sealedStore();
    const [, ...rest] = (await stored()).split('.');
    for (const kid of [`${CANARY} x`, CANARY.repeat(20), '', 7, null, undefined, { toString: 1 }]) {
      const header = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid })).toString('base64url');
      await plant([header, ...rest].join('.'));
      const error = await damageOf(backend.load(KEY));
      expect(error.message).toContain('is sealed with a key that is not in `keys`');
      expectSilent(error, CANARY);
    }
  });
});

describe('whoever has the key still cannot seal otherwise', () => {
  const { kid, key } = newKey('a');
  const sealAs = (header: object, secret: Uint8Array = key) =>
    new CompactEncrypt(new TextEncoder().encode('{}'))
      .setProtectedHeader(header as CompactJWEHeaderParameters)
      .encrypt(secret);

  test('a header without the binding, or of another layout', async () => {
    const { backend, stored, plant } = await sealedStore([{ kid, key }]);
    const header = headerOf(await stored());
    const { acct: _, ...unbound } = header;
    for (const [other, message] of [
      [unbound, 'for another account'],
      [{ ...header, v: 2 }, 'does not know'],
      [{ ...header, v: '1' }, 'does not know'],
      [{ ...header, store: '' }, 'for another store'],
      [{ ...header, zip: 'DEF' }, 'does not open'],
      [{ ...header, alg: 'A256GCMKW' }, 'is not sealed'],
    ] as const) {
      await plant(await sealAs(other));
      expect((await damageOf(backend.load(KEY))).message).toContain(message);
    }
  });
});

test.each([
  ['a record as it was before', '{"schema":1,"account":"default"}'],
  ['an empty text', ''],
  ['half a seal', 'eyJhbGciOiJkaXIifQ..AAAA'],
  ['a signed token', `eyJhbGciOiJub25lIn0.${Buffer.from(CANARY).toString('base64url')}.`],
  ['a seal with something around it', 'eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA\n'],
  ['a large text', CANARY.repeat(30_000)],
])('%s is not sealed, and not accepted', async (_, data) => {
  const { backend, plant } = await sealedStore();
  const version = await plant(data);
  const error = await damageOf(backend.load(KEY));
  expect(error.message).toMatch(/^The stored record is not sealed\. .*`acceptPlaintext: true`/);
  expect(error.version).toBe(version);
  expectSilent(error, CANARY);
});

describe('a token manager over it', () => {
  let renewals = 0;
  const provider: TokenProvider = {
    id: 'https://login.example client',
    profile: STRICT_PROFILE,
    scopes: ['mail'],
    async refresh() {
      renewals++;
      return { accessToken: `${CANARY}-at-${renewals}`, refreshToken: `${CANARY}-rt-${renewals}` };
    },
  };

  test('renews, survives a restart, and a new sign-in replaces what does not open', async () => {
    const { store } = await sealedStore();
    const manager = (keys = [newKey('lost')]) => {
      const backend = encrypted(store, { keys });
      return createTokenManager({ provider, backend });
    };
    const keys = [newKey('kept')];
    await manager(keys).signIn({ refreshToken: `${CANARY}-rt-0` });
    expect((await manager(keys).getToken()).token).toBe(`${CANARY}-at-1`);
    expect((await manager(keys).getToken()).token).toBe(`${CANARY}-at-1`);
    expect(renewals).toBe(1);

    const other = manager();
    const error = await damageOf(other.getToken());
    expectSilent(error, CANARY);
    expect(renewals).toBe(1);
    await other.signIn({ refreshToken: `${CANARY}-rt-9` });
    expect((await other.getToken()).token).toBe(`${CANARY}-at-2`);
    for await (const key of store.list?.() ?? []) expect((await store.load(key))?.data).not.toContain(CANARY);
  });
});
