import assert from 'node:assert/strict';
import type { StoredText, TokenBackend } from '@everbearer/core/contract';
import { type ConformanceBench, type ConformanceCase, KEY, needsCompare } from './conformance-case.ts';
import { assertSilent, nameAndCode, rejection, SECRET } from './error-silence.ts';
import { saved } from './save-cases.ts';

const ERASE = { eraseOlder: true };
const TOMBSTONE = 'signed out';

/** What was erased stays so: after a save with `eraseOlder`, and after a deletion. */
export const ERASURE_CASES: readonly ConformanceCase[] = [
  {
    name: 'a save that erases what is older compares like any other',
    skip: needsCompare,
    async run({ backend }) {
      const first = await saved(backend, KEY, 'first');
      const second = await saved(backend, KEY, 'second', first);
      assert.equal(await backend.save(KEY, 'late', first, ERASE), undefined, 'a stale save must conflict');
      assert.partialDeepStrictEqual(await backend.load(KEY), { data: 'second', version: second });
      const third = await backend.save(KEY, TOMBSTONE, second, ERASE);
      assert.equal(typeof third, 'string', 'save() must resolve to the new version');
      assert.partialDeepStrictEqual(await backend.load(KEY), { data: TOMBSTONE, version: third });
      await saved(backend, KEY, 'a new sign-in', third);
      assert.equal((await backend.load(KEY))?.data, 'a new sign-in');
    },
  },
  {
    name: 'after a save that erases what is older, no damage brings that back',
    skip: (bench) => needsCompare(bench) || (!bench.store.damage && 'the test cannot damage this store'),
    async run(bench) {
      const { backend, store } = bench;
      const version = await outlived(backend);
      await backend.save(KEY, TOMBSTONE, version, ERASE);
      await store.damage?.(KEY);
      let loaded: StoredText | undefined;
      const error = await rejection(async () => {
        loaded = await (await readerOf(bench)).load(KEY);
      });
      assert.notEqual(error, undefined, `damage must be reported, not ${told(loaded)}`);
      assert.equal(nameAndCode(error), 'TokenBackendError damaged');
      assertSilent(error);
    },
  },
  {
    name: 'after a save that erases what is older, the store holds nothing of it',
    skip: (bench) => needsCompare(bench) || cannotLook(bench),
    async run({ backend, store }) {
      const version = await outlived(backend);
      await backend.save(KEY, TOMBSTONE, version, ERASE);
      assert.ok(!(await store.holds?.(SECRET)), 'the store still holds an older text of this key');
    },
  },
  {
    name: 'after a deletion the store holds nothing of the text',
    skip: (bench) =>
      needsCompare(bench) || (!bench.backend.delete && 'there is no delete()') || cannotLook(bench),
    async run({ backend, store }) {
      assert.equal(await backend.delete?.(KEY, await outlived(backend)), true);
      assert.ok(!(await store.holds?.(SECRET)), 'the store still holds a text of this key');
    },
  },
  {
    name: 'a deletion is told from a record that never was, until the key is saved again',
    skip: (bench) =>
      needsCompare(bench) ||
      ((!bench.backend.delete || !bench.backend.wasDeleted) && 'there is no wasDeleted()'),
    async run(bench) {
      const { backend } = bench;
      const wasDeleted = async () => (await readerOf(bench)).wasDeleted?.(KEY);
      assert.equal(await wasDeleted(), false, 'nothing was deleted yet');
      const version = await saved(backend, KEY, 'first');
      assert.equal(await wasDeleted(), false, 'nothing was deleted yet');
      assert.equal(await backend.delete?.(KEY, version), true);
      assert.equal(await wasDeleted(), true, 'the key was deleted');
      await saved(backend, KEY, 'second');
      assert.equal(await wasDeleted(), false, 'the key was saved again');
    },
  },
];

/** Saves a few versions that hold the secret, with room reserved, and loads them; returns the last version. */
async function outlived(backend: TokenBackend): Promise<string> {
  let version: string | undefined;
  for (let number = 1; number <= 3; number++) {
    version = await backend.save(KEY, `${SECRET} ${number}`, version, { reserveBytes: 4_096 });
    assert.equal((await backend.load(KEY))?.data, `${SECRET} ${number}`);
  }
  return version as string;
}

function readerOf({ backend, another }: ConformanceBench): Promise<TokenBackend> | TokenBackend {
  return backend.capabilities.cas === 'shared' ? another() : backend;
}

function cannotLook({ store }: ConformanceBench): string | false {
  return !store.holds && '`holds` does not say how to look into this store';
}

/** Without quoting what may be a secret. */
function told(loaded: StoredText | undefined): string {
  if (loaded === undefined) return 'taken for emptiness';
  return loaded.data.includes(SECRET) ? 'repaired with what was erased' : 'overlooked';
}
