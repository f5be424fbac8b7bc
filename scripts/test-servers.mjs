// Runs what must hold at real authorization servers also at those that Debian has: Glewlwyd, LemonLDAP::NG, Doorkeeper,
// django-oauth-toolkit and Authlib. Says first what it installs, and installs it. Plain JavaScript, because it starts on any Node
// from 18 on.
//
//   npm run test:servers                      all of them, those of npm included
//   npm run test:servers -- -t '^doorkeeper'  one of them; all options are those of vitest
import { runApart } from './run-apart.mjs';

if (process.platform !== 'linux') {
  console.error('test:servers: these servers come as Debian packages, so they are started on Linux alone.');
  process.exitCode = 1;
} else
  runApart({
    purpose: 'servers',
    tests: 'packages/real-servers',
    env: { EVERBEARER_DEBIAN_SERVERS: 'yes' },
  });
