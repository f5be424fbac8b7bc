// Starts workers/worker.mjs in workerd, the runtime of Cloudflare's workers.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import workerd from 'workerd';
import { ready } from './listen.mjs';

const config = fileURLToPath(new URL('workers/config.capnp', import.meta.url));
const runtime = spawn(workerd.default, ['serve', config, '--control-fd=3'], {
  stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
});
process.on('exit', () => runtime.kill('SIGKILL'));
runtime.on('exit', (code) => process.exit(code ?? 1));
const port = await new Promise((resolve) => {
  runtime.stdio[3].on('data', (line) => {
    const told = JSON.parse(line);
    if (told.event === 'listen') resolve(told.port);
  });
});
const issuer = `http://127.0.0.1:${port}`;
const clients = await (await fetch(`${issuer}/clients`)).json();
ready({
  options: { issuer },
  scopes: ['read', 'write', 'offline_access'],
  clients,
  redirectUri: 'http://127.0.0.1/callback',
  api: `${issuer}/api`,
  end: `${issuer}/end`,
  ender: `${issuer}/oauth/token`,
});
