import assert from 'node:assert/strict';
import { type ConformanceCase, KEY, needsCompare } from './conformance-case.ts';
import { assertSilent, rejection, SECRET } from './error-silence.ts';
import { saved } from './save-cases.ts';

/** Keys that a careless mapping to file names, paths or patterns would confuse. */
const ODD_KEYS = [
  'a',
  'A',
  'a ',
  'a/b',
  'a%2Fb',
  'a\\b',
  '.',
  '..',
  '../a',
  'a.json',
  'a:b',
  'a*',
  '{a}',
  'a\nb',
  'ä',
  '鍵',
  '__proto__',
  'constructor',
  'k'.repeat(120),
];

const TEXTS: Readonly<Record<string, string>> = {
  'a text of 200 KiB': 'text of some length; '.repeat(9_753).slice(0, 200 * 1024),
  'every kind of character': 'é ß 鍵 🔑 👩‍👩‍👧 \u2028\u2029 \ufeff "quoted" \\ \t\r\n $& %s {} é',
  'JSON within JSON': JSON.stringify({ a: JSON.stringify({ token: 'x"y\\z', n: [1, null] }) }),
};

/** Stores refuse some of these, and their errors tend to quote what they refused. */
const DIFFICULT: Readonly<Record<string, string>> = {
  'a zero character': `${SECRET}\0${SECRET}`,
  'two megabytes': SECRET.repeat(Math.ceil((2 * 1024 * 1024) / SECRET.length)),
};

/** Texts and keys come back as they went in. */
export const TEXT_CASES: readonly ConformanceCase[] = [
  {
    name: 'keys are kept apart, odd ones too',
    skip: needsCompare,
    async run({ backend }) {
      const versions = new Map<string, string>();
      for (const key of ODD_KEYS) {
        assert.equal(
          await backend.load(key),
          undefined,
          `${JSON.stringify(key)} must not share a record with another key`,
        );
        versions.set(key, await saved(backend, key, `text of ${key}`));
      }
      for (const key of ODD_KEYS) {
        const loaded = await backend.load(key);
        assert.partialDeepStrictEqual(loaded, { data: `text of ${key}`, version: versions.get(key) });
      }
    },
  },
  ...Object.entries(TEXTS).map(
    ([name, text]): ConformanceCase => ({
      name: `${name} comes back unchanged`,
      skip: needsCompare,
      async run({ backend }) {
        const version = await saved(backend, KEY, text);
        const loaded = await backend.load(KEY);
        assert.ok(loaded?.data === text, 'the text must come back character for character');
        assert.equal(loaded.version, version);
      },
    }),
  ),
  ...Object.entries(DIFFICULT).map(
    ([name, text]): ConformanceCase => ({
      name: `a text of ${name} is stored whole, or refused without being quoted`,
      skip: needsCompare,
      async run({ backend }) {
        const version = await saved(backend, KEY, 'before');
        const error = await rejection(() => backend.save(KEY, text, version));
        assertSilent(error);
        const loaded = await backend.load(KEY);
        assert.ok(loaded?.data === (error === undefined ? text : 'before'), 'never half of it');
      },
    }),
  ),
];
