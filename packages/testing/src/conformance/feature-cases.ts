import assert from 'node:assert/strict';
import type { StoredText, TokenBackend } from '@everbearer/core/contract';
import { type ConformanceCase, KEY, needsCompare } from './conformance-case.ts';
import { assertSilent, nameAndCode, rejection, SECRET } from './error-silence.ts';
import { saved } from './save-cases.ts';

const OTHER_KEY = `${KEY}-other`;

/** What a backend may offer besides load and save, and how it refuses. */
export const FEATURE_CASES: readonly ConformanceCase[] = [
  {
    name: 'capabilities say what they must',
    about: 'any',
    async run({ backend: { capabilities }, readOnly }) {
      assert.ok(['shared', 'process', 'none'].includes(capabilities.cas), '`cas` is shared, process or none');
      assert.equal(typeof capabilities.durable, 'boolean');
      assert.equal(
        capabilities.writable,
        !readOnly,
        '`writable` must be what the test was told by `readOnly`',
      );
    },
  },
  {
    name: 'delete compares',
    skip: (bench) => needsCompare(bench) || (!bench.backend.delete && 'there is no delete()'),
    async run({ backend }) {
      const first = await saved(backend, KEY, 'first');
      const second = await saved(backend, KEY, 'second', first);
      assert.equal(await backend.delete?.(KEY, first), false, 'a stale delete must resolve to false');
      assert.equal((await backend.load(KEY))?.data, 'second');
      assert.equal(await backend.delete?.(KEY, second), true);
      assert.equal(await backend.load(KEY), undefined);
      assert.equal(await backend.delete?.(KEY, second), false, 'there is nothing left to delete');
    },
  },
  {
    name: 'list names every key that is stored, and no other',
    skip: (bench) => needsCompare(bench) || (!bench.backend.list && 'there is no list()'),
    async run({ backend }) {
      assert.deepEqual(await listed(backend), []);
      const version = await saved(backend, KEY, 'one');
      await saved(backend, OTHER_KEY, 'two');
      assert.deepEqual(await listed(backend), [KEY, OTHER_KEY]);
      if (!backend.delete) return;
      await backend.delete(KEY, version);
      assert.deepEqual(await listed(backend), [OTHER_KEY]);
    },
  },
  {
    name: 'watch hints at a change within two seconds',
    skip: (bench) => needsCompare(bench) || (!bench.backend.watch && 'there is no watch()'),
    async run({ backend, another }) {
      const writer = backend.capabilities.cas === 'shared' ? await another() : backend;
      const version = await saved(writer, KEY, 'before');
      await hinted(backend, () => saved(writer, KEY, 'after', version));
      assert.equal((await backend.load(KEY))?.data, 'after', 'what the hint is about must be there to load');
    },
  },
  {
    name: 'a read-only backend refuses to save, and says so',
    about: 'read-only',
    async run({ backend }) {
      const error = await rejection(() => backend.save(KEY, SECRET, undefined));
      assert.equal(nameAndCode(error), 'TokenBackendError not_writable', 'save() must reject, not pretend');
      assertSilent(error);
      assert.notEqual((await backend.load(KEY))?.data, SECRET);
    },
  },
  {
    name: 'damage is reported or repaired, never taken for emptiness',
    skip: (bench) => needsCompare(bench) || (!bench.store.damage && 'the test cannot damage this store'),
    async run({ backend, store, another }) {
      const first = await saved(backend, KEY, `${SECRET} older`);
      await saved(backend, KEY, `${SECRET} newer`, first);
      await store.damage?.(KEY);
      const reader = backend.capabilities.cas === 'shared' ? await another() : backend;
      let loaded: StoredText | undefined;
      const error = await rejection(async () => {
        loaded = await reader.load(KEY);
      });
      if (error === undefined) {
        assert.partialDeepStrictEqual(loaded, { data: `${SECRET} older`, recovered: true });
        return;
      }
      assert.equal(nameAndCode(error), 'TokenBackendError damaged');
      assertSilent(error);
      const { version } = error as { version?: unknown };
      assert.equal(typeof version, 'string', 'the error must carry the version that a sign-in may overwrite');
      await saved(reader, KEY, 'signed in again', version as string);
      assert.equal((await reader.load(KEY))?.data, 'signed in again');
    },
  },
  {
    name: 'check() reports name, finding and remedy',
    about: 'any',
    skip: ({ backend }) => !backend.check && 'there is no check()',
    async run({ backend }) {
      for (const { name, ok, detail, remedy } of (await backend.check?.()) ?? []) {
        assert.ok(name.length > 0 && detail.length > 0, 'each check has a name and a finding');
        assert.equal(!remedy, ok, 'a remedy stands exactly where something is wrong');
      }
    },
  },
  {
    name: 'the holder of this process is alive',
    about: 'any',
    skip: ({ backend }) => (!backend.holder || !backend.isHolderAlive) && 'holders cannot be told apart',
    async run({ backend }) {
      assert.equal(backend.isHolderAlive?.(backend.holder as string), true);
      assert.notEqual(backend.isHolderAlive?.('a name that nobody gave'), true);
    },
  },
  {
    name: 'close() may be called twice, and what fails after it prints no stored text',
    about: 'any',
    skip: ({ backend }) => !backend.close && 'there is no close()',
    async run({ backend }) {
      await backend.close?.();
      await backend.close?.();
      assertSilent(await rejection(() => backend.save(KEY, SECRET, undefined)));
    },
  },
];

async function listed(backend: TokenBackend): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of backend.list?.() ?? []) keys.push(key);
  return keys.sort();
}

async function hinted(backend: TokenBackend, change: () => Promise<unknown>): Promise<void> {
  let end: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new assert.AssertionError({ message: 'no hint came within 2 s' })),
        2_000,
      );
      end = backend.watch?.(KEY, () => resolve());
      change().catch(reject);
    });
  } finally {
    clearTimeout(timer);
    end?.();
  }
}
