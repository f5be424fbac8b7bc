// Hands tokens and statuses of the command line to the programs that they are for, as Debian has them: kubectl, msmtp, isync,
// skopeo, systemd-notify, promtool, node_exporter, and the library of the plugins of Nagios. Says first what it installs, and installs it.
// Plain JavaScript, because it starts on any Node from 18 on.
//
//   npm run test:programs                all of them; options are those of vitest
import { runApart } from './run-apart.mjs';

if (process.platform !== 'linux') {
  console.error('test:programs: these programs come as Debian packages, so they are tried on Linux alone.');
  process.exitCode = 1;
} else runApart({ purpose: 'programs', tests: 'packages/cli/test/programs' });
