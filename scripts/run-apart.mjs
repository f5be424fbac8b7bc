// Runs tests that npm test leaves out, since they need system packages of their own: says first what it installs, and installs
// it. Plain JavaScript, because it starts on any Node from 18 on.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inherit = { cwd: root, stdio: 'inherit' };

/**
 * @param {{ purpose: string, tests: string, env?: Record<string, string> }} suite what the setup is told; the folder of the
 * tests; variables for them
 */
export function runApart({ purpose, tests, env = {} }) {
  const setup = [join(root, 'scripts/setup.mjs'), '--for', purpose];
  if (spawnSync(process.execPath, setup, inherit).status !== 0) {
    process.exitCode = 1;
    return;
  }
  const programs = join(root, 'node_modules', '.bin');
  const node = existsSync(join(programs, 'node')) ? join(programs, 'node') : process.execPath;
  const args = ['run', tests, ...process.argv.slice(2)];
  const { status } = spawnSync(node, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    ...inherit,
    env: {
      ...process.env,
      PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
      EVERBEARER_TESTS_APART: tests,
      ...env,
    },
  });
  process.exitCode = status ?? 1;
}
