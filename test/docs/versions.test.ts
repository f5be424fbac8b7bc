import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EDGES, OUTSIDE, TYPESCRIPTS, type Versions } from '../interop/support/versions.ts';

/* What the README promises to work with is what `npm run test:interop` installs. */

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const table = /^## What it works with\n([\s\S]*?)^[A-Z]/m.exec(readme)?.[1] ?? '';
const rows = new Map(
  [...table.matchAll(/^\| \[(\S+)\]\(\S+\) +\| (\S+) +\| (\S+) +\|/gm)].map(([, name = '', from, upTo]) => [
    name,
    { from, upTo },
  ]),
);
const names = Object.keys(OUTSIDE) as (keyof Versions)[];

test.each(names)('%s: the row says from where to where it was tried', (name) => {
  const tried = EDGES.map((versions) => versions[name]);
  expect(rows.get(name)?.from).toBe(tried[0]);
  // The newest of a major is installed; the workspace has pinned it when it was tried last.
  expect(rows.get(name)?.upTo).toMatch(new RegExp(`^${tried.at(-1)}\\.\\d+$`));
});

test('TypeScript and Node', () => {
  expect(rows.get('TypeScript')).toEqual({ from: TYPESCRIPTS[0], upTo: TYPESCRIPTS.at(-1) });
  const { engines } = JSON.parse(readFileSync(new URL('packages/core/package.json', root), 'utf8')) as {
    engines: { node: string };
  };
  expect(engines.node).toBe(`>=${rows.get('Node')?.from}`);
});

test('the table has no other rows', () => {
  expect([...rows.keys()].sort()).toEqual([...names, 'Node', 'TypeScript'].sort());
});

test.each(['backends', 'cli', 'ky-plugin', 'providers'])(
  '%s lets every version of these in, for npm not to fail',
  (folder) => {
    const { peerDependencies } = JSON.parse(
      readFileSync(new URL(`packages/${folder}/package.json`, root), 'utf8'),
    ) as { peerDependencies: Record<string, string> };
    const ranges = names.flatMap((name) => peerDependencies[name] ?? []);
    expect(ranges.length).toBeGreaterThan(0);
    expect(new Set(ranges)).toEqual(new Set(['*']));
  },
);
