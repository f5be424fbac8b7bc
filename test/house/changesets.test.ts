import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/* A changelog entry that names no package is never released, and nothing else says so. */

const folder = new URL('../../.changeset/', import.meta.url);
const entries = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
const packages = new URL('../../packages/', import.meta.url);
const names = readdirSync(packages).map(
  (folder) =>
    (JSON.parse(readFileSync(new URL(`${folder}/package.json`, packages), 'utf8')) as { name: string }).name,
);
const whole = new RegExp(`^---\n('(${names.join('|')})': (major|minor|patch)\n)+---\n\n\\S`);

test('each changelog entry names packages of ours, and how each of them changes', () => {
  for (const name of entries) expect(readFileSync(new URL(name, folder), 'utf8'), name).toMatch(whole);
});
