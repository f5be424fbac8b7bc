import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/run.ts';

const bin = new URL('../../src/bin.ts', import.meta.url).pathname;

/** The program itself, in a shell whose folder somebody has removed. */
function runInGoneFolder(flags: string) {
  const line = `mkdir gone && cd gone && rmdir ../gone && exec "$NODE" --conditions=everbearer-source "$BIN" ${flags}`;
  const env = { ...process.env, NODE: process.execPath, BIN: bin };
  return spawnSync('sh', ['-c', line], { cwd: temporaryFolder(), env, encoding: 'utf8' });
}

test('a folder that is gone is told in one line, and --help needs none', () => {
  const { status, stdout, stderr } = runInGoneFolder('my-app --yes');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toBe(
    'create-everbearer: The folder in which you are cannot be found (ENOENT). Go to another one: cd ~\n',
  );
  expect(runInGoneFolder('--help')).toMatchObject({ status: 0, stderr: '' });
});
