import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeProject } from '../../src/place/write-project.ts';
import { temporaryFolder } from '../support/run.ts';

test('what cannot be written whole is not written at all', () => {
  const folder = temporaryFolder();
  const target = join(folder, 'a/b');
  // A file cannot be a folder as well.
  const files = { 'src/one.ts': '1', 'src/two.ts': '2', 'src/two.ts/three.ts': '3' };
  expect(() => writeProject(target, files)).toThrow(
    /three\.ts cannot be made \(E\w+\)\. Nothing was written/,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('where a folder cannot be made, the folder is named and not a file in it', () => {
  const folder = temporaryFolder();
  const long = join(folder, 'x'.repeat(300));
  expect(() => writeProject(join(long, 'my-app'), { 'README.md': 'x' })).toThrow(
    `${long} cannot be made (ENAMETOOLONG). Nothing was written. Check the rights of the folder above it`,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('what has come meanwhile stays, and so do folders in which others have put something', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src', 'two.ts'), 'mine');
  expect(() => writeProject(folder, { 'README.md': 'x', 'src/two.ts': '2' })).toThrow(/has come meanwhile/);
  expect(readdirSync(folder)).toEqual(['src']);
  expect(readFileSync(join(folder, 'src', 'two.ts'), 'utf8')).toBe('mine');
});
