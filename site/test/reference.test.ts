import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { folders } from '../src/folders.ts';
import { readPage } from './support/built-pages.ts';

const reports = globSync('packages/*/etc/*.api.md', { cwd: folders.checkout });

test('there are reports to compare with', () => expect(reports.length).toBeGreaterThan(20));

test.each(reports)('every public name of %s is in the reference', (path) => {
  const report = readFileSync(join(folders.checkout, path), 'utf8');
  const declared = report.matchAll(
    /^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) (\w+)/gm,
  );
  const names = new Set([...declared].map(([, name = '']) => name));
  expect(names.size).toBeGreaterThan(0);
  const page = readPage(`reference/${basename(path, '.api.md')}.html`);
  const headings = new Set([...page.matchAll(/<h3 id="[^>]*>(\w+)/g)].map(([, name]) => name));
  const missing = [...names].filter((name) => !headings.has(name));
  expect(missing).toEqual([]);
});
