import assert from 'node:assert/strict';
import type { TokenBackend } from '@everbearer/core/contract';
import { type ConformanceCase, KEY, needsCompare } from './conformance-case.ts';

/** Saves, and fails the test if that reports a conflict. */
export async function saved(
  backend: TokenBackend,
  key: string,
  data: string,
  expected?: string,
): Promise<string> {
  const version = await backend.save(key, data, expected);
  assert.equal(typeof version, 'string', `save() must resolve to the new version, not to ${String(version)}`);
  return version as string;
}

/** The rule that all else depends on: a save compares, and versions never recur. */
export const SAVE_CASES: readonly ConformanceCase[] = [
  {
    name: 'a key that was never saved loads as undefined',
    async run({ backend }) {
      assert.equal(await backend.load(KEY), undefined);
    },
  },
  {
    name: 'what was saved is loaded, with the version that save returned',
    skip: needsCompare,
    async run({ backend }) {
      const version = await saved(backend, KEY, 'first');
      assert.partialDeepStrictEqual(await backend.load(KEY), { data: 'first', version });
      const next = await saved(backend, KEY, 'second', version);
      assert.partialDeepStrictEqual(await backend.load(KEY), { data: 'second', version: next });
    },
  },
  {
    name: 'a save on an older version conflicts and leaves the stored text',
    skip: needsCompare,
    async run({ backend }) {
      const first = await saved(backend, KEY, 'first');
      const second = await saved(backend, KEY, 'second', first);
      assert.equal(
        await backend.save(KEY, 'late', first),
        undefined,
        'a stale save must resolve to undefined',
      );
      assert.partialDeepStrictEqual(await backend.load(KEY), { data: 'second', version: second });
    },
  },
  {
    name: 'a save that expects nothing conflicts with an existing record',
    skip: needsCompare,
    async run({ backend }) {
      const version = await saved(backend, KEY, 'first');
      assert.equal(await backend.save(KEY, 'another first', undefined), undefined);
      assert.partialDeepStrictEqual(await backend.load(KEY), { data: 'first', version });
    },
  },
  {
    name: 'a save that expects a version conflicts where nothing is stored',
    skip: needsCompare,
    async run({ backend }) {
      const foreign = await saved(backend, `${KEY}0`, 'of another key');
      assert.equal(await backend.save(KEY, 'first', foreign), undefined);
      assert.equal(await backend.load(KEY), undefined, 'a refused save must store nothing');
    },
  },
  {
    name: 'versions never recur: A, B, A again',
    skip: needsCompare,
    async run({ backend, textIsVersion }) {
      // If the text is the version, the caller promises never to save the same text twice.
      const again = textIsVersion ? 'A again' : 'A';
      const first = await saved(backend, KEY, 'A');
      const second = await saved(backend, KEY, 'B', first);
      const third = await saved(backend, KEY, again, second);
      assert.equal(new Set([first, second, third]).size, 3, 'the same text must get another version');
      assert.equal(
        await backend.save(KEY, 'late', first),
        undefined,
        'the first version must never be valid again',
      );
      assert.equal((await backend.load(KEY))?.data, again);
    },
  },
  {
    name: 'versions never recur: not after a delete either',
    skip: (bench) => needsCompare(bench) || (!bench.backend.delete && 'there is no delete()'),
    async run({ backend, textIsVersion }) {
      const first = await saved(backend, KEY, 'A');
      assert.equal(await backend.delete?.(KEY, first), true);
      assert.equal(
        await backend.save(KEY, 'late', first),
        undefined,
        'the version must have ended with the record',
      );
      const second = await saved(backend, KEY, textIsVersion ? 'A again' : 'A');
      assert.notEqual(second, first);
      assert.equal(await backend.save(KEY, 'later', first), undefined);
    },
  },
  {
    name: 'a long series of saves keeps the newest',
    skip: needsCompare,
    async run({ backend }) {
      const versions: string[] = [];
      for (let i = 0; i < 40; i++) versions.push(await saved(backend, KEY, `text ${i}`, versions.at(-1)));
      assert.equal(new Set(versions).size, 40);
      assert.partialDeepStrictEqual(await backend.load(KEY), { data: 'text 39', version: versions[39] });
    },
  },
  {
    name: 'room can be reserved, and the save it was for then fits',
    skip: needsCompare,
    async run({ backend }) {
      const version = await backend.save(KEY, 'small', undefined, { reserveBytes: 32_768 });
      assert.equal((await backend.load(KEY))?.data, 'small', 'a reservation must not change the text');
      await saved(backend, KEY, 'x'.repeat(32_768), version);
      assert.equal((await backend.load(KEY))?.data.length, 32_768);
    },
  },
  {
    name: 'a note is kept beside the text, or the text that holds it is, until the next save',
    skip: needsCompare,
    async run({ backend }) {
      const first = await saved(backend, KEY, 'text');
      const note = 'a note \u2603';
      const version = await backend.save(KEY, 'text and note', first, { note });
      assert.ok(version !== undefined && version !== first, 'a note must get a version of its own');
      const found = await backend.load(KEY);
      assert.equal(found?.version, version);
      assert.deepEqual(
        found?.note === undefined ? { data: found?.data } : { data: found.data, note: found.note },
        found?.note === undefined ? { data: 'text and note' } : { data: 'text', note },
        'a note must stand beside the text that was stored, or be ignored',
      );
      assert.equal(
        await backend.save(KEY, 'late', first, { note: 'late' }),
        undefined,
        'a note must compare like any save',
      );
      const next = await saved(backend, KEY, 'next', version);
      const last = await backend.load(KEY);
      assert.partialDeepStrictEqual(last, { data: 'next', version: next });
      assert.equal(last?.note, undefined, 'the next save must end the note');
    },
  },
];
