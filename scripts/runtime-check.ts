import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * Core promises to run wherever fetch runs, so its suite also runs on a runtime that is not Node. Bun reads the same
 * test files; what they import from vitest it provides itself.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const bun = `${root}node_modules/@oven/bun-linux-x64/bin/bun`;
/**
 * Tests of what only vitest can do: exploring for a minute, watching the heap or the console of Node, moving the clocks of the
 * system apart, loading modules anew, and watching what classes of the runtime are called for.
 */
const onNodeAlone = [
  'model/',
  'secret-canary',
  'storms',
  'seeded-concurrency',
  'accounts-memory',
  'glance',
  'tracer',
  'not-used-yet',
];
const files = globSync('test/**/*.test.ts', { cwd: `${root}packages/core` }).filter(
  (file) => !onNodeAlone.some((part) => file.includes(part)),
);

const { stdout, stderr, status } = spawnSync(
  bun,
  ['test', '--conditions=everbearer-source', ...files.sort()],
  {
    cwd: `${root}packages/core`,
    encoding: 'utf8',
    timeout: 150_000,
    maxBuffer: 64 * 1024 * 1024,
  },
);
const output = `${stdout ?? ''}${stderr ?? ''}`;
const count = (what: string) => Number(new RegExp(`^ *(\\d+) ${what}$`, 'm').exec(output)?.[1] ?? 0);
const passed = count('pass');
const failed = count('fail') || (status === 0 && passed > 0 ? 0 : 1);
if (failed > 0) {
  console.log(
    output
      .split('\n')
      .filter((line) => !line.startsWith('(pass)'))
      .join('\n'),
  );
  if (status === null)
    console.log(
      'Bun did not run. `npm run setup` installs it on Linux x64; elsewhere this check cannot run.',
    );
}
console.log(`${passed} passed, ${failed} failed, ${count('skip')} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
