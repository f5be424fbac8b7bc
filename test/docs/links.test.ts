import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], {
  cwd: root,
});

/** The targets of the links within this repository. */
function localLinks(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.split('#')[0] ?? '');
  return targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

test.each(files)('%s links to what is there', (file) => {
  const missing = localLinks(file).filter((target) => !existsSync(join(root, dirname(file), target)));
  expect(missing).toEqual([]);
});

test('what the guide for movers says of all 25 behaviours is held by a test', () => {
  const guide = readFileSync(join(root, 'docs/moving-from-o365.md'), 'utf8');
  const rows = [...guide.matchAll(/^\| (\d+) +\|.*$/gm)];
  expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  for (const [row] of rows) expect(row).toMatch(/\]\([^)]+\.test\.ts\)/);
});
