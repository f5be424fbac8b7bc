import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { environment, shell } from '../support/shell.ts';

/* kubectl and skopeo, which asks the helpers of docker: with the lines of their configuration that the README names. */

const shared = sharedServer();
const folder = mkdtempSync(join(tmpdir(), 'clusters-'));
const heard: string[] = [];
let server: Server;
let host = '';

beforeAll(async () => {
  // kubectl shows no token to a server without TLS.
  const made = spawnSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-days',
      '2',
      '-keyout',
      'key.pem',
      '-out',
      'ca.pem',
    ],
    { cwd: folder },
  );
  expect(made.status, String(made.stderr)).toBe(0);
  server = createServer(
    { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'ca.pem')) },
    answer,
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  heard.push(`${request.url} ${verdictOn(request)}`);
  if (!heard.at(-1)?.endsWith(' valid')) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end();
    return;
  }
  const told = request.url?.endsWith('/tags/list') ? { name: 'a/b', tags: ['one'] } : { hello: 'world' };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
}

/** Of a bearer token, or of one in the place of a password. */
function verdictOn({ headers: { authorization = '' } }: IncomingMessage): string {
  const [scheme, text = ''] = authorization.split(' ');
  const token =
    scheme === 'Basic'
      ? Buffer.from(text, 'base64')
          .toString()
          .replace(/^oauth2:/, '')
      : text;
  return shared.server.judge(token).kind;
}

const { stdout } = spawnSync('kubectl', ['version', '--client', '--output=json'], { encoding: 'utf8' });
const minor = Number.parseInt(
  (JSON.parse(stdout) as { clientVersion: { minor: string } }).clientVersion.minor,
  10,
);
// `v1` came with kubectl 1.22; the one of Debian 12 is older.
const versions = minor >= 22 ? ['v1', 'v1beta1'] : ['v1beta1'];

test.each(versions)('kubectl runs it as its exec section says, in %s', async (version) => {
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  const exec = {
    apiVersion: `client.authentication.k8s.io/${version}`,
    command: 'everbearer',
    args: ['token', '--output', 'exec-credential'],
    interactiveMode: 'Never',
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'c', cluster: { server: `https://${host}`, 'certificate-authority': join(folder, 'ca.pem') } },
    ],
    users: [{ name: 'u', user: { exec } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(join(directory, 'kubeconfig'), JSON.stringify(config));
  const { exit, out, notes } = await shell(directory, 'kubectl --kubeconfig kubeconfig get --raw /hello');
  expect({ exit, out }, notes).toEqual({ exit: 0, out: expect.stringContaining('world') });
  expect(heard.at(-1)).toBe('/hello valid');
});

test('skopeo is given the token for its registry, by the helper of docker', async () => {
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  environment(directory);
  const helper = join(directory, 'bin/docker-credential-everbearer');
  writeFileSync(helper, `#!/bin/sh\nexec everbearer token --output docker --origin https://${host} "$@"\n`);
  chmodSync(helper, 0o755);
  mkdirSync(join(directory, '.docker'));
  writeFileSync(
    join(directory, '.docker/config.json'),
    JSON.stringify({ credHelpers: { [host]: 'everbearer' } }),
  );
  const { exit, out, notes } = await shell(
    directory,
    `skopeo list-tags --tls-verify=false docker://${host}/a/b`,
  );
  expect({ exit, out }, notes).toEqual({ exit: 0, out: expect.stringContaining('"one"') });
  expect(heard.at(-1)).toBe('/v2/a/b/tags/list valid');
});
