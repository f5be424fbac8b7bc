import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { codeBlocks } from './code-blocks.ts';

/* A page begins with what its reader can run; what else it says comes behind that. */

const docs = fileURLToPath(new URL('../../docs', import.meta.url));

/** Lists, and reports of what was measured. */
const OF_ANOTHER_KIND = [
  'README.md',
  'zh/README.md',
  'licences.md',
  'performance.md',
  'reliability.md',
  'support.md',
];

const pages = globSync('**/*.md', { cwd: docs, exclude: ['decisions/**'] }).filter(
  (page) => !OF_ANOTHER_KIND.includes(page),
);

test('there are pages of every kind', () => expect(pages.length).toBeGreaterThan(30));

test.each(pages)('docs/%s begins with a program, or with commands', (page) => {
  const [first] = codeBlocks(join(docs, page), page);
  expect(first?.language).toMatch(/^(ts|sh)$/);
  expect(first?.line).toBeLessThanOrEqual(15);
});
