// Builds the site of docs/ and serves it on loopback. Says first what it installs. Plain JavaScript, because it starts on any
// Node from 18 on.
//
//   npm run docs                     builds, and serves at http://127.0.0.1:4173
//   npm run docs -- --port 4174      at another port
//   npm run docs -- --build          builds alone, into site/dist
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (node, args) => spawnSync(node, args, { cwd: root, stdio: 'inherit' }).status ?? 1;

process.exitCode = run(process.execPath, [join(root, 'scripts/setup.mjs'), '--for', 'docs']);
if (process.exitCode === 0) {
  const node = join(root, 'node_modules', '.bin', 'node');
  const args = [join(root, 'site/src/main.ts'), ...process.argv.slice(2)];
  process.exitCode = run(existsSync(node) ? node : process.execPath, args);
}
