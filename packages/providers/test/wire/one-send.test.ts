import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

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

interface CountingServer {
  origin: string;
  /** The forms that reached it. */
  forms: { text: string; length: string | undefined }[];
  close(): Promise<void>;
}

async function countingServer(answer: (response: ServerResponse) => void): Promise<CountingServer> {
  const forms: CountingServer['forms'] = [];
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request) text += String(piece);
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
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const main = fileURLToPath(new URL('../support/token-request-process.ts', import.meta.url));

/** What came of one request to each of these servers, all of them made by one process. */
async function outcomes(runtime: string, asked: readonly string[]): Promise<string[]> {
  const { command, args } = RUNTIMES[runtime] as { command: string; args: string[] };
  const { stdout } = await promisify(execFile)(command, [...args, main, ...asked], {
    env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
  });
  return JSON.parse(stdout) as string[];
}

test('Node and Bun are there to be tested', () => {
  expect(installed).toEqual(expect.arrayContaining(['node', 'bun']));
});

describe.each(installed)('on %s', (runtime) => {
  const cases = ['oauth2', 'microsoft'].flatMap((kind) =>
    Object.entries(ANSWERS).map(([name, answer]) => ({ kind, name, answer })),
  );
  let servers: CountingServer[] = [];
  let seen: string[] = [];
  beforeAll(async () => {
    servers = await Promise.all(cases.map(({ answer }) => countingServer(answer)));
    seen = await outcomes(
      runtime,
      cases.map(({ kind }, index) => `${kind}=${servers[index]?.origin}`),
    );
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  test.each(cases.map((each, index) => ({ ...each, index })))(
    'one request of $kind() is sent once: $name',
    ({ index }) => {
      const forms = servers[index]?.forms ?? [];
      expect(forms.map(({ text }) => text)).toEqual([expect.stringContaining('grant_type=refresh_token')]);
      expect(seen[index]).toBeTypeOf('string');
      expect(seen[index]).not.toBe('tokens');
      // As a whole and not in chunks, which some servers refuse.
      expect(forms[0]?.length).toBe(String(forms[0]?.text.length));
    },
  );
});
