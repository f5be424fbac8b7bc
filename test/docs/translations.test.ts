import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/* docs/zh/ against the pages that it translates: what is not prose is the same, word for word. */

const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const CODE = /^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2$/gm;

/** What a translation keeps: code blocks, and at which level each heading stands, in order. */
function frameOf(path: string): { code: string[]; headings: string[]; rows: number } {
  const text = readFileSync(path, 'utf8');
  const prose = text.replaceAll(CODE, '');
  return {
    code: text.match(CODE) ?? [],
    headings: prose.match(/^#+(?= )/gm) ?? [],
    rows: prose.match(/^\|/gm)?.length ?? 0,
  };
}

const pages = globSync('*.md', { cwd: `${docs}/zh` }).filter((page) => page !== 'README.md');

describe.each(pages)('docs/zh/%s', (page) => {
  const original = frameOf(`${docs}/${page}`);
  const translated = frameOf(`${docs}/zh/${page}`);

  test('has the same code blocks: copy those of the original, in its order', () =>
    expect(translated.code).toEqual(original.code));
  test('has headings of the same levels', () => expect(translated.headings).toEqual(original.headings));
  test('has as many rows in its tables', () => expect(translated.rows).toBe(original.rows));
  test('names the same codes', () => {
    const codesOf = (folder: string) =>
      new Set(readFileSync(`${docs}/${folder}${page}`, 'utf8').match(/`(?:\w+_\w+|AADSTS\d+)`/g));
    expect(codesOf('zh/')).toEqual(codesOf(''));
  });
});

test('getting started, troubleshooting and moving are translated', () => {
  expect(pages.sort()).toEqual(['getting-started.md', 'moving-from-o365.md', 'troubleshooting.md']);
});
