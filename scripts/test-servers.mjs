// Runs what must hold at real authorization servers also at those that Debian has: Glewlwyd, LemonLDAP::NG, Doorkeeper,
// django-oauth-toolkit and Authlib. Says first what it installs, and installs it. Plain JavaScript, because it starts on any Node
// from 18 on.
//
//   npm run test:servers                      all of them, those of npm included
//   npm run test:servers -- -t '^doorkeeper'  one of them; all options are those of vitest
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inherit = { cwd: root, stdio: 'inherit' };

if (process.platform !== 'linux') {
  console.error('test:servers: these servers come as Debian packages, so they are started on Linux alone.');
  process.exitCode = 1;
} else if (
  spawnSync(process.execPath, [join(root, 'scripts/setup.mjs'), '--for', 'servers'], inherit).status === 0
)
  run();
else process.exitCode = 1;

function run() {
  const programs = join(root, 'node_modules', '.bin');
  const node = existsSync(join(programs, 'node')) ? join(programs, 'node') : process.execPath;
  const args = ['run', 'packages/real-servers', ...process.argv.slice(2)];
  const { status } = spawnSync(node, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    ...inherit,
    env: {
      ...process.env,
      PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
      EVERBEARER_DEBIAN_SERVERS: 'yes',
    },
  });
  process.exitCode = status ?? 1;
}
