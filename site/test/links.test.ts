import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { folders } from '../src/folders.ts';
import { builtPages, readPage } from './support/built-pages.ts';

/* Links of the built site lead to pages and headings that are there. */

const idsOf = new Map<string, Set<string>>();

function hasId(page: string, id: string): boolean {
  const known = idsOf.get(page) ?? new Set(readPage(page).match(/(?<= id=")[^"]+/g));
  idsOf.set(page, known);
  return known.has(id);
}

/** What is wrong with a link of a page; undefined where nothing is, or where it leads elsewhere. */
function faultOf(page: string, link: string): string | undefined {
  const { origin, pathname, hash } = new URL(link.replaceAll('&amp;', '&'), `http://site.local/${page}`);
  if (origin !== 'http://site.local') return undefined;
  const path = decodeURIComponent(pathname).slice(1);
  const target = path === '' || path.endsWith('/') ? posix.join(path, 'index.html') : path;
  if (!existsSync(join(folders.built, target))) return `${page}: ${link} is not there`;
  const id = decodeURIComponent(hash.slice(1));
  return id === '' || hasId(target, id) ? undefined : `${page}: ${link} has no such heading`;
}

test('there are pages of every kind', () => {
  expect(builtPages.length).toBeGreaterThan(120);
  for (const start of ['zh/', 'providers/', 'decisions/', 'packages/', 'reference/', 'source/'])
    expect(
      builtPages.some((page) => page.startsWith(start)),
      start,
    ).toBe(true);
});

test.each(builtPages)('%s', (page) => {
  const links = readPage(page).match(/(?<= (?:href|src)=")[^"]+/g) ?? [];
  expect(links.length).toBeGreaterThan(10);
  expect(links.flatMap((link) => faultOf(page, link) ?? [])).toEqual([]);
});
