// Runs the tests, once everything that they need is in place. Plain JavaScript, because it starts on any Node from 18 on.
//
//   npm test                                  all of them
//   npm test -- packages/core                 those with this in their path; all other options are those of vitest
//   npm test -- --without-system-packages     without those that need a system command that is missing; the same to npm
//                                             itself (without `--`), and EVERBEARER_SYSTEM_PACKAGES=no
//   npm run test:fast                         those that start no process
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownFlags } from './own-flags.mjs';
import { missingSystemCommands } from './system-commands.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  const { fast, without, rest } = ownFlags(process.argv.slice(2), process.env);
  if (setUp(fast, without)) runTests(fast, rest, fast ? '' : await joinedSources());
  else process.exitCode = 1;
} catch (error) {
  console.error(`test: ${error.message}`);
  process.exitCode = 1;
}

function setUp(fast, without) {
  const script = join(root, 'scripts/setup.mjs');
  const flags = [...(fast ? ['--for', 'start'] : []), ...(without ? ['--without-system-packages'] : [])];
  return spawnSync(process.execPath, [script, ...flags], { stdio: 'inherit' }).status === 0;
}

/** The module that resolves our packages to joined sources; without one, processes read them file by file, only slower. */
async function joinedSources() {
  try {
    // Only now, because what it is done with comes with the packages.
    const { joinSources } = await import('./join-sources.mjs');
    return await joinSources();
  } catch (error) {
    console.error(`test: the sources are not joined, and processes start more slowly: ${error.message}`);
    return '';
  }
}

function runTests(fast, rest, joined) {
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
      EVERBEARER_JOINED: joined,
    },
  });
  // The same signals reach both; vitest still says how far it came.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => vitest.kill(signal));
  vitest.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
