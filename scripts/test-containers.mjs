// Tries what examples/deploy holds: its manifests against the published schemas, and its containers by mounts and pids of their own.
// Says first what it installs, and installs it. Plain JavaScript, because it starts on any Node from 18 on.
//
//   npm run test:containers               all of it; options are those of vitest
import { runApart } from './run-apart.mjs';

if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  console.error('test:containers: only root on Linux can mount, and become the user of a container.');
  process.exitCode = 1;
} else runApart({ purpose: 'containers', tests: 'examples/deploy' });
