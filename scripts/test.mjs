// Runs the tests, once everything that they need is in place. Plain JavaScript, because it starts on any Node from 18 on.
//
//   npm test                                  all of them
//   npm test -- packages/core                 those with this in their path; all other options are those of vitest
//   npm test -- --without-system-packages     without those that need a system command that is missing
//   npm run test:fast                         those that start no process
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingSystemCommands } from './system-commands.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const flags = ['--fast', '--without-system-packages'];
const [fast, without] = flags.map((flag) => process.argv.includes(flag));
const rest = process.argv.slice(2).filter((argument) => !flags.includes(argument));

const setUp = spawnSync(
  process.execPath,
  [
    join(root, 'scripts/setup.mjs'),
    ...(fast ? ['--for', 'start'] : []),
    ...(without ? ['--without-system-packages'] : []),
  ],
  { stdio: 'inherit' },
);
if (setUp.status === 0) runTests();
else process.exitCode = 1;

function runTests() {
  const missing = fast ? [] : missingSystemCommands().map(({ command }) => command);
  const programs = join(root, 'node_modules', '.bin');
  // Node 24 comes with the packages where it can; elsewhere the setup has seen that this one will do.
  const node = existsSync(join(programs, 'node')) ? join(programs, 'node') : process.execPath;
  const vitest = spawn(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...rest], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
      EVERBEARER_MISSING_COMMANDS: missing.join(','),
      EVERBEARER_FAST_TESTS: fast ? 'yes' : '',
    },
  });
  // The same signals reach both; vitest still says how far it came.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => vitest.kill(signal));
  vitest.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
