import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('docs/troubleshooting.md has a place for every error code', () => {
  const source = read('packages/core/src/errors/error-codes.ts');
  const codes = [...source.matchAll(/^\s+\| '(\w+)'/gm)].map(([, code]) => code as string);
  expect(codes.length).toBeGreaterThan(30);
  const page = read('docs/troubleshooting.md');
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
