import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/* A promise in docs/guarantees.md names the test that keeps it. */

const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const page = readFileSync(join(docs, 'guarantees.md'), 'utf8');
const rows = [...page.matchAll(/^\| ([A-Z`].+?\.) +\| (.+?) +\|$/gm)].map(
  ([, promise = '', keeper = '']) => ({
    promise,
    keeper,
  }),
);

test('every row of the tables is read', () => {
  expect(rows).toHaveLength(page.split('\n').filter((line) => /^\| (?!promise|-)/.test(line)).length);
  expect(rows.length).toBeGreaterThan(25);
});

test.each(rows)('$promise', ({ keeper }) => {
  const [, path = '', name = ''] = /^\[[\w-]+\]\((\S+\.test\.ts)\): "(.+)"$/.exec(keeper) ?? [];
  expect(readFileSync(join(docs, path), 'utf8')).toContain(name);
  expect(name).not.toBe('');
});

test('what the README promises against each trouble links to its test', () => {
  const readme = readFileSync(join(docs, '../README.md'), 'utf8');
  const [, table = ''] = /^## What hurts today.*\n([\s\S]*?)^## /m.exec(readme) ?? [];
  const promises = [...table.matchAll(/^\| (?!what hurts|-)[^|]+\|([^|]+)\|$/gm)].map(
    ([, promise = '']) => promise,
  );
  expect(promises.length).toBeGreaterThan(7);
  expect(promises.filter((promise) => !/\]\([\w/.-]+\.test\.ts\)/.test(promise))).toEqual([]);
});
