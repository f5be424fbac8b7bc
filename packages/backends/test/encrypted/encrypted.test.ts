import { createDecipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { encrypted } from '@everbearer/backends/encrypted';
import { fileBackend } from '@everbearer/backends/file';
import { memoryBackend } from '@everbearer/backends/memory';
import { defineBackend, type TokenBackend } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { CANARY, headerOf, KEY, newKey, sealedStore } from '../support/sealing.ts';
import { newestPath, temporaryDirectory } from '../support/state-files.ts';

describe('what the store sees', () => {
  test('a JWE that any implementation of RFC 7516 opens, its header bound to the account', async () => {
    const { keys, text, stored } = await sealedStore();
    const [header = '', encryptedKey, iv = '', ciphertext = '', tag = ''] = (await stored()).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      kid: 'a',
      v: 1,
      acct: createHash('sha256').update(`everbearer\n${KEY}`).digest('base64url'),
    });
    expect(encryptedKey).toBe('');
    const decipher = createDecipheriv(
      'aes-256-gcm',
      keys[0]?.key as Uint8Array,
      Buffer.from(iv, 'base64url'),
    );
    decipher.setAAD(Buffer.from(header)).setAuthTag(Buffer.from(tag, 'base64url'));
    const opened = decipher.update(ciphertext, 'base64url', 'utf8') + decipher.final('utf8');
    expect(opened).toBe(text);
  });

  test('nothing of the text and nothing of its key, on disk neither', async () => {
    const directory = temporaryDirectory();
    const key = newKey('disk');
    const backend = encrypted(fileBackend({ directory }), { keys: [key] });
    await backend.save(KEY, CANARY.repeat(40), undefined);
    const bytes = readFileSync(newestPath(directory, KEY), 'latin1');
    expect(bytes).toContain('..');
    for (const hidden of [CANARY, Buffer.from(CANARY).toString('base64url').slice(0, 12), KEY])
      expect(bytes).not.toContain(hidden);
    await backend.close?.();
  });

  test('the same text looks different each time', async () => {
    const { backend, text, version, stored } = await sealedStore();
    const first = await stored();
    await backend.save(KEY, text, version);
    const parts = (sealed: string) => sealed.split('.').slice(2);
    for (const [index, part] of parts(await stored()).entries()) expect(part).not.toBe(parts(first)[index]);
  });
});

test.each(['', '\ufeff', '\ufeff{"schema":1}', '\0', 'é鍵🔑'])('%j comes back as it was', async (text) => {
  const { backend } = await sealedStore(undefined, text);
  expect(await backend.load(KEY)).toMatchObject({ data: text });
});

describe('the ring', () => {
  const [older, newer] = [newKey('2026-05'), newKey('2026-11')];

  test('what an older key sealed opens, and is sealed with the first at the next save', async () => {
    const { store, text, version, stored } = await sealedStore([older]);
    const rotated = encrypted(store, { keys: [newer, older] });
    expect(await rotated.load(KEY)).toEqual({ data: text, version });
    expect(headerOf(await stored())).toMatchObject({ kid: '2026-05' });
    await rotated.save(KEY, text, version);
    expect(headerOf(await stored())).toMatchObject({ kid: '2026-11' });
    expect(await encrypted(store, { keys: [newer] }).load(KEY)).toMatchObject({ data: text });
  });

  test('without a kid the thumbprint of RFC 7638 names the key, however it is written', async () => {
    const { key } = newer;
    const jwk = `{"k":"${Buffer.from(key).toString('base64url')}","kty":"oct"}`;
    const thumbprint = createHash('sha256').update(jwk).digest('base64url');
    for (const encoding of ['base64url', 'base64'] as const) {
      const { stored } = await sealedStore([{ key: ` ${Buffer.from(key).toString(encoding)}\n` }]);
      expect(headerOf(await stored())).toMatchObject({ kid: thumbprint });
    }
  });

  test('the key is taken as it was: wiping the bytes afterwards changes nothing', async () => {
    const { kid, key } = newKey('wiped');
    const bytes = Uint8Array.from(key);
    const store = memoryBackend();
    const backend = encrypted(store, { keys: [{ kid, key: bytes }] });
    bytes.fill(0);
    await backend.save(KEY, 'a text', undefined);
    expect(await encrypted(store, { keys: [{ kid, key }] }).load(KEY)).toMatchObject({ data: 'a text' });
  });

  test('check() tells which keys are still in use', async () => {
    const { store } = await sealedStore([older]);
    const backend = encrypted(store, { keys: [newer, older] });
    await backend.save('another', 'text', undefined);
    const seals = async () => (await backend.check()).find(({ name }) => name === 'seals');
    expect(await seals()).toEqual({
      name: 'seals',
      ok: true,
      detail:
        'Records: 1 sealed with "2026-05", 1 sealed with "2026-11". New seals are made with "2026-11". What an older key sealed is sealed with this one at its next save.',
    });
    const alone = await encrypted(store, { keys: [newer] }).check();
    expect(alone.at(-1)).toMatchObject({ ok: false, remedy: 'Do what the message of each says.' });
    expect(alone.at(-1)?.detail).toContain('"2026-05" that is not in `keys`');
    // The findings of the wrapped backend come first.
    expect(alone[0]?.name).toBe('durable');
  });
});

describe('a store that was not sealed before', () => {
  test('moves record by record when told so, and not otherwise', async () => {
    const store = memoryBackend();
    const version = await store.save(KEY, '{"schema":1}', undefined);
    const keys = [newKey('a')];
    await expect(encrypted(store, { keys }).load(KEY)).rejects.toMatchObject({ code: 'damaged', version });
    const moving = encrypted(store, { keys, acceptPlaintext: true });
    expect(await moving.load(KEY)).toEqual({ data: '{"schema":1}', version });
    expect((await moving.check()).at(-1)).toEqual({
      name: 'seals',
      ok: false,
      detail: 'Records: 1 not sealed. New seals are made with "a".',
      remedy: 'Renew each account once, which seals its record; then take `acceptPlaintext` out.',
    });
    await moving.save(KEY, '{"schema":1}', version);
    expect((await moving.check()).at(-1)).toEqual({ name: 'seals', ok: true, detail: expect.any(String) });
    expect(await encrypted(store, { keys }).load(KEY)).toMatchObject({ data: '{"schema":1}' });
  });
});

describe('the wrapped backend shows through', () => {
  test('capabilities, place, holder and hints are its own', async () => {
    const plain = fileBackend({ directory: temporaryDirectory() });
    const backend = encrypted(plain, { keys: [newKey('a')] });
    const { capabilities, location, holder } = plain;
    expect(backend).toMatchObject({ capabilities, location, holder });
    expect(backend.isHolderAlive?.(holder)).toBe(true);
    expect(backend.isHolderAlive?.('nobody')).toBeUndefined();
    await backend.close?.();
  });

  test('what it lacks is lacking', () => {
    const functions = { load: () => undefined, save: () => undefined, singleProcess: true } as const;
    const backend = encrypted(defineBackend(functions), { keys: [newKey('a')] });
    expect(Object.keys(backend).sort()).toEqual(['capabilities', 'check', 'load', 'save']);
  });

  test('a record recovered from behind damage is told to be one', async () => {
    const { store, text, version } = await sealedStore();
    const keys = [newKey('b')];
    await encrypted(store, { keys }).save(KEY, text, version);
    const recovering: TokenBackend = {
      ...store,
      load: async (key) => {
        const stored = await store.load(key);
        return stored && { ...stored, recovered: true };
      },
    };
    expect(await encrypted(recovering, { keys }).load(KEY)).toMatchObject({ data: text, recovered: true });
  });

  test('the room to reserve is that of the sealed text', async () => {
    const store = memoryBackend();
    const reserved: (number | undefined)[] = [];
    const counting: TokenBackend = {
      ...store,
      save(key, data, expected, options) {
        reserved.push(options?.reserveBytes);
        return store.save(key, data, expected, options);
      },
    };
    for (const keys of [[newKey('a')], [{ key: newKey('').key }]]) {
      const backend = encrypted(counting, { keys, store: 'Zürich' });
      for (const length of [0, 1, 2, 3, 1000, 33_792]) {
        const key = `${length}`;
        const version = (await store.load(key))?.version;
        const reserveBytes = length;
        const next = await backend.save(key, 'é'.repeat(7), version, { reserveBytes });
        await backend.save(key, 'x'.repeat(length), next);
        expect(reserved.splice(0)).toEqual([(await store.load(key))?.data.length, undefined]);
      }
    }
  });
});

test('neither the backend nor its parts print a key', async () => {
  const { backend, keys } = await sealedStore();
  const shown = inspect(backend, { depth: 20, showHidden: true, getters: true });
  const { key } = keys[0] as { key: Uint8Array };
  for (const encoding of ['hex', 'base64', 'base64url'] as const)
    expect(shown).not.toContain(Buffer.from(key).toString(encoding).slice(0, 12));
  expect(shown).not.toContain(inspect(key).slice(16, 40));
});
