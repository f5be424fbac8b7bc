// Hands tokens and statuses of the command line to the programs that they are for, as Debian has them: kubectl, msmtp, isync,
// skopeo, systemd-notify, promtool, node_exporter, and the library of the plugins of Nagios. Says first what it installs, and installs it.
// Plain JavaScript, because it starts on any Node from 18 on.
//
//   npm run test:programs                all of them; options are those of vitest
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inherit = { cwd: root, stdio: 'inherit' };

if (process.platform !== 'linux') {
  console.error('test:programs: these programs come as Debian packages, so they are tried on Linux alone.');
  process.exitCode = 1;
} else if (
  spawnSync(process.execPath, [join(root, 'scripts/setup.mjs'), '--for', 'programs'], inherit).status === 0
)
  run();
else process.exitCode = 1;

function run() {
  const programs = join(root, 'node_modules', '.bin');
  const node = existsSync(join(programs, 'node')) ? join(programs, 'node') : process.execPath;
  const args = ['run', 'packages/cli/test/programs', ...process.argv.slice(2)];
  const { status } = spawnSync(node, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    ...inherit,
    env: {
      ...process.env,
      PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
      EVERBEARER_DEBIAN_PROGRAMS: 'yes',
    },
  });
  process.exitCode = status ?? 1;
}
