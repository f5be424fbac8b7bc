import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
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

test('a terminal that does not know its width, as that of expect or of some containers, is asked in whole lines', async () => {
  const line = 'stty cols 0 rows 0; exec "$NODE" --conditions=everbearer-source "$BIN" my-app';
  const env = { ...process.env, NODE: process.execPath, BIN: bin, TERM: 'xterm', CI: '' };
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: temporaryFolder(), env });
  onTestFinished(() => void child.kill());
  const closed = once(child, 'close');
  let shown = '';
  child.stdout.on('data', (chunk) => {
    shown += stripVTControlCharacters(String(chunk));
    if (shown.includes('confirm')) child.stdin.end('\u0003');
    // One letter on each line.
    if (shown.split('\n').length > 100) child.kill();
  });
  await closed;
  expect(shown).toContain('Which API does it call?');
  expect(shown).toContain('Nothing was written.');
});
