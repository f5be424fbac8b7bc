import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/* docs/operating.md says nothing about time that no test has tried: each statement ends with the name of its test. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
const sources = globSync('packages/cli/test/operating/*.test.ts', { cwd: root }).map((file) =>
  readFileSync(join(root, file), 'utf8'),
);

/** A statement begins with a dash, and may go on in indented lines. */
const statements = page.match(/^- .*(\n {2}.*)*/gm) ?? [];
const markers = statements.map((statement) => /<!-- ([a-z0-9-]+) -->\s*$/.exec(statement)?.[1]);
const titles = sources.flatMap((source) =>
  [...source.matchAll(/\btest(?:\.each\([^;]*?\))?\(\s*['"`]([a-z0-9-]+): /g)].map(([, name]) => name),
);

test('there are statements', () => {
  expect(statements.length).toBeGreaterThan(15);
});

test('every statement names its test, and no two the same', () => {
  const bare = statements.filter((_, index) => markers[index] === undefined);
  expect(bare).toEqual([]);
  expect(new Set(markers).size).toBe(markers.length);
});

test('every statement has its test, and every test its statement', () => {
  expect(titles.sort()).toEqual(markers.sort());
});
