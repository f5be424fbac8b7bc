import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/* A changelog entry that names no package is never released, and nothing else says so. */

const folder = new URL('../../.changeset/', import.meta.url);
const entries = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
const names = readdirSync(new URL('../../packages', import.meta.url)).join('|');
const whole = new RegExp(`^---\n('@everbearer/(${names})': (major|minor|patch)\n)+---\n\n\\S`);

test('each changelog entry names packages of ours, and how each of them changes', () => {
  for (const name of entries) expect(readFileSync(new URL(name, folder), 'utf8'), name).toMatch(whole);
});
