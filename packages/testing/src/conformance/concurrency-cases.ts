import assert from 'node:assert/strict';
import type { TokenBackend } from '@everbearer/core/contract';
import { type ConformanceBench, type ConformanceCase, KEY, needsCompare } from './conformance-case.ts';
import { saved } from './save-cases.ts';

/** Many at once: in one object, and through several over the same store. */
export const CONCURRENCY_CASES: readonly ConformanceCase[] = [
  {
    name: 'of 50 saves at once on one version exactly one wins',
    skip: needsCompare,
    async run({ backend }) {
      await oneWinner([backend], await saved(backend, KEY, 'before'));
    },
  },
  {
    name: 'of 50 first saves at once exactly one wins',
    skip: needsCompare,
    async run({ backend }) {
      await oneWinner([backend], undefined);
    },
  },
  {
    name: 'a load during saves never sees half a text',
    skip: needsCompare,
    async run({ backend }) {
      let version = await saved(backend, KEY, 'a'.repeat(60_000));
      for (const letter of 'bcdefgh') {
        const save = saved(backend, KEY, letter.repeat(60_000), version);
        const loads = await Promise.all(Array.from({ length: 4 }, () => backend.load(KEY)));
        for (const loaded of loads) assertWhole(loaded?.data);
        version = await save;
      }
    },
  },
  {
    name: 'two instances see what the other saved',
    skip: needsSharing,
    async run({ backend, another }) {
      const other = await another();
      const first = await saved(backend, KEY, 'from one');
      assert.partialDeepStrictEqual(await other.load(KEY), { data: 'from one', version: first });
      const second = await saved(other, KEY, 'from the other', first);
      assert.equal(
        await backend.save(KEY, 'late', first),
        undefined,
        'the compare must hold across instances',
      );
      assert.partialDeepStrictEqual(await backend.load(KEY), { data: 'from the other', version: second });
    },
  },
  {
    name: 'of 50 saves at once through five instances exactly one wins',
    skip: needsSharing,
    async run({ backend, another }) {
      const version = await saved(backend, KEY, 'before');
      const others = await Promise.all(Array.from({ length: 4 }, another));
      await oneWinner([backend, ...others], version);
    },
  },
  {
    name: 'what was saved is there for an instance opened after all others closed',
    skip: (bench) =>
      needsSharing(bench) || (!bench.backend.capabilities.durable && 'the backend is not durable'),
    async run({ backend, another }) {
      const version = await saved(backend, KEY, 'kept');
      await backend.close?.();
      assert.partialDeepStrictEqual(await (await another()).load(KEY), { data: 'kept', version });
    },
  },
];

function needsSharing(bench: ConformanceBench): string | false {
  const { cas } = bench.backend.capabilities;
  return needsCompare(bench) || (cas !== 'shared' && 'instances do not share');
}

async function oneWinner(backends: readonly TokenBackend[], expected: string | undefined): Promise<void> {
  const texts = Array.from({ length: 50 }, (_, i) => `save number ${i}`);
  const versions = await Promise.all(
    texts.map((text, i) => (backends[i % backends.length] as TokenBackend).save(KEY, text, expected)),
  );
  const winners = texts.flatMap((data, i) => {
    const version = versions[i];
    return version === undefined ? [] : [{ data, version }];
  });
  assert.equal(winners.length, 1, `exactly one save may win, not ${winners.length}`);
  for (const backend of backends) assert.partialDeepStrictEqual(await backend.load(KEY), winners[0]);
}

function assertWhole(text: string | undefined): void {
  assert.equal(text?.length, 60_000, 'a load must return a whole text');
  assert.equal(text, text.charAt(0).repeat(60_000), 'a load must return one text, not parts of two');
}
