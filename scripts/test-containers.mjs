// Tries what examples/deploy holds: its manifests against the published schemas, and its containers by mounts and pids of their own.
// Says first what it installs, and installs it. Plain JavaScript, because it starts on any Node from 18 on.
//
//   npm run test:containers               all of it
//   npm run test:containers -- manifests  one file; all options are those of vitest
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inherit = { cwd: root, stdio: 'inherit' };

if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  console.error('test:containers: only root on Linux can mount, and become the user of a container.');
  process.exitCode = 1;
} else if (
  spawnSync(process.execPath, [join(root, 'scripts/setup.mjs'), '--for', 'containers'], inherit).status === 0
)
  run();
else process.exitCode = 1;

function run() {
  const programs = join(root, 'node_modules', '.bin');
  const node = existsSync(join(programs, 'node')) ? join(programs, 'node') : process.execPath;
  const [filter = '', ...rest] = process.argv.slice(2);
  const args = filter.startsWith('-') ? ['', filter, ...rest] : [filter, ...rest];
  const tests = [`examples/deploy/test/${args[0]}`, ...args.slice(1)];
  const { status } = spawnSync(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...tests], {
    ...inherit,
    env: {
      ...process.env,
      PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
      EVERBEARER_APART: 'examples/deploy/',
    },
  });
  process.exitCode = status ?? 1;
}
