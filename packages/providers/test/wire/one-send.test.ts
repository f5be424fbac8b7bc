import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

/* A token request reaches the server once for each time that we decide to send it, whatever the runtime likes to repeat. */

const modules = fileURLToPath(new URL('../../../../node_modules/', import.meta.url));
const options = ['--conditions=everbearer-source'];
const RUNTIMES: Readonly<Record<string, { command: string; args: string[] }>> = {
  node: { command: process.execPath, args: options },
  bun: { command: `${modules}@oven/bun-linux-x64/bin/bun`, args: options },
  deno: { command: `${modules}@deno/linux-x64-glibc/deno`, args: ['run', '--allow-all', ...options] },
};
const installed = Object.keys(RUNTIMES).filter((name) => existsSync(RUNTIMES[name]?.command ?? ''));

/** How a server may answer a form so that some runtime sends it again. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'the connection is closed without an answer': (response) => void response.socket?.destroy(),
  'the connection is reset': (response) => void response.socket?.resetAndDestroy(),
  'half of an answer': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
    response.write('{', () => response.destroy());
  },
  '421 Misdirected Request': (response) => void response.writeHead(421).end(),
  '408 Request Timeout': (response) => void response.writeHead(408, { connection: 'close' }).end(),
  '401 with a challenge': (response) =>
    void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
  '307 to the same place': (response) => void response.writeHead(307, { location: '/token' }).end(),
};

async function countingServer(answer: (response: ServerResponse) => void) {
  const forms: { text: string; length: string | undefined }[] = [];
  const connections = new Set<unknown>();
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request) text += String(piece);
    connections.add(request.socket);
    if (request.url === '/warm') return void response.end('ok');
    forms.push({ text, length: request.headers['content-length'] });
    answer(response);
  }
  const server = createServer((request, response) => void handle(request, response));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forms,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const main = fileURLToPath(new URL('../support/token-request-process.ts', import.meta.url));

async function request(runtime: string, origin: string, kind: string): Promise<string> {
  const { command, args } = RUNTIMES[runtime] as { command: string; args: string[] };
  const { stdout } = await promisify(execFile)(command, [...args, main, origin, kind], {
    env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
  });
  return stdout.trim();
}

test('Node and Bun are there to be tested', () => {
  expect(installed).toEqual(expect.arrayContaining(['node', 'bun']));
});

describe.each(installed)('on %s', (runtime) => {
  const cases = ['oauth2', 'microsoft'].flatMap((kind) =>
    Object.entries(ANSWERS).map(([name, answer]) => [kind, name, answer] as const),
  );
  test.each(cases)('one request of %s() is sent once: %s', async (kind, _name, answer) => {
    await using server = await countingServer(answer);
    const outcome = await request(runtime, server.origin, kind);
    expect(server.forms.map(({ text }) => text)).toEqual([
      expect.stringContaining('grant_type=refresh_token'),
    ]);
    expect(outcome).not.toBe('tokens');
    // As a whole and not in chunks, which some servers refuse.
    expect(server.forms[0]?.length).toBe(String(server.forms[0]?.text.length));
  });
});
