import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TokenSource } from '@everbearer/core';
import { countingSource } from '@everbearer/far-end/support/counting-source';
import { type Answer, only, recordingServer } from '@everbearer/far-end/support/recording-server';
import { SMTPServer } from 'smtp-server';
import { beforeAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { folders } from '../src/folders.ts';
import { writeHeyApiClient } from './support/hey-api-client.ts';
import { recipesOf, workshop } from './support/recipes.ts';

/* The recipes of docs/more-clients.md as they are printed, against servers that refuse the first token. */

let recipes: Record<string, unknown>;
beforeAll(async () => {
  recipes = await recipesOf('docs/more-clients.md', writeHeyApiClient);
});

const used: string[] = [];

function make<T>(name: string, ...given: unknown[]): T {
  if (!used.includes(name)) used.push(name);
  return (recipes[name] as (...given: unknown[]) => T)(...given);
}

test('they compile', () => {
  const tsc = join(folders.checkout, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', workshop], { stdio: 'pipe', encoding: 'utf8' });
}, 120_000);

/** Answers as the client expects it, once the token is the second one. */
const replying =
  (body: object | string, type = 'application/json'): Answer =>
  (seen, response, count) => {
    only('t2')(seen, response, count);
    if (response.statusCode !== 200) return;
    response.setHeader('content-type', type);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

interface Call {
  answer: Answer;
  call(source: TokenSource, url: string): Promise<unknown>;
  brings: unknown;
}

const CLIENTS: Readonly<Record<string, Call>> = {
  fetchFor: {
    answer: replying({ a: 1 }),
    call: async (source, url) => (await make<typeof fetch>('fetchFor', source, url)(url)).json(),
    brings: { a: 1 },
  },
  mcpTransport: {
    answer: replying({ jsonrpc: '2.0', id: 7, result: { tools: [] } }),
    async call(source, url) {
      type Transport = {
        onmessage?: (message: unknown) => void;
        start(): Promise<void>;
        send(message: object): Promise<void>;
        close(): Promise<void>;
      };
      const transport = make<Transport>('mcpTransport', source, url);
      const received = new Promise((resolve) => {
        transport.onmessage = resolve;
      });
      await transport.start();
      await transport.send({ jsonrpc: '2.0', id: 7, method: 'tools/list' });
      const message = await received;
      await transport.close();
      return message;
    },
    brings: { jsonrpc: '2.0', id: 7, result: { tools: [] } },
  },
  driveClient: {
    answer: replying({ files: [{ name: 'a' }] }),
    async call(source, url) {
      type Drive = { files: { list(): Promise<{ data: unknown }> } };
      return (await make<Drive>('driveClient', source, `${url}/`).files.list()).data;
    },
    brings: { files: [{ name: 'a' }] },
  },
  gaxiosClient: {
    answer: replying({ a: 1 }),
    async call(source, url) {
      type Gaxios = { request(options: object): Promise<{ data: unknown }> };
      return (await make<Gaxios>('gaxiosClient', source, url).request({ url: '/x' })).data;
    },
    brings: { a: 1 },
  },
  octokitClient: {
    answer: replying({ login: 'ada' }),
    async call(source, url) {
      type Octokit = { request(route: string): Promise<{ data: unknown }> };
      return (await make<Octokit>('octokitClient', source, url).request('GET /user')).data;
    },
    brings: { login: 'ada' },
  },
  trpcClient: {
    answer: replying({ result: { data: 'hello' } }),
    call: (source, url) =>
      make<{ greeting: { query(): Promise<unknown> } }>('trpcClient', source, url).greeting.query(),
    brings: 'hello',
  },
  graphqlClient: {
    answer: replying({ data: { me: 1 } }),
    call: (source, url) =>
      make<{ request(query: string): Promise<unknown> }>('graphqlClient', source, url).request('{ me }'),
    brings: { me: 1 },
  },
  urqlClient: {
    answer: replying({ data: { me: 1 } }),
    async call(source, url) {
      type Urql = { query(query: string, variables: object): { toPromise(): Promise<{ data: unknown }> } };
      return (await make<Urql>('urqlClient', source, url).query('{ me }', {}).toPromise()).data;
    },
    brings: { me: 1 },
  },
  heyApiClient: {
    answer: replying({ login: 'ada' }),
    async call(source, url) {
      const written = pathToFileURL(join(workshop, 'client/sdk.gen.ts')).href;
      type Sdk = { getMe(options: object): Promise<{ data: unknown }> };
      const { getMe } = (await import(/* @vite-ignore */ written)) as Sdk;
      return (await getMe({ client: make('heyApiClient', source, url) })).data;
    },
    brings: { login: 'ada' },
  },
  kiotaAdapter: {
    answer: replying('42', 'text/plain'),
    async call(source, url) {
      const { HttpMethod, RequestInformation } = await import('@microsoft/kiota-abstractions');
      type Adapter = { sendPrimitive(info: object, type: string, errors: undefined): Promise<unknown> };
      const info = new RequestInformation(HttpMethod.GET, '{+baseurl}/x', { baseurl: url });
      const adapter = make<Adapter>('kiotaAdapter', source, url);
      return String.fromCharCode(
        ...new Uint8Array((await adapter.sendPrimitive(info, 'ArrayBuffer', undefined)) as ArrayBuffer),
      );
    },
    brings: '42',
  },
  eventSource: {
    answer: replying('data: hello\n\n', 'text/event-stream'),
    async call(source, url) {
      type Source = { onmessage: (event: { data: string }) => void; close(): void };
      const events = make<Source>('eventSource', source, url);
      const data = await new Promise((resolve) => {
        events.onmessage = (event) => resolve(event.data);
      });
      events.close();
      return data;
    },
    brings: 'hello',
  },
};

describe.each(Object.entries(CLIENTS))('%s', (_name, { answer, call, brings }) => {
  test('sends a refused request once more with a good token, and gets its answer', async () => {
    await using server = await recordingServer(answer);
    expect(await call(countingSource(), server.url)).toEqual(brings);
    expect(server.authorizations.slice(0, 2)).toEqual(['Bearer t1', 'Bearer t2']);
  });
});

test('smtpTransport brings another token when the server refuses the first', async () => {
  const tried: (string | undefined)[] = [];
  const server = new SMTPServer({
    authMethods: ['XOAUTH2'],
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth(auth, _session, done) {
      tried.push(auth.accessToken);
      if (auth.accessToken === 't2') done(null, { user: auth.username ?? '' });
      else done(null, { data: { status: '401', schemes: 'bearer', scope: 'mail' } });
    },
    onData(stream, _session, done) {
      stream.resume().on('end', () => done());
    },
  });
  const port = await new Promise<number>((resolve) => {
    const listening = server.listen(0, '127.0.0.1', () => {
      resolve((listening.address() as { port: number }).port);
    });
  });
  type Transport = { sendMail(mail: object): Promise<{ accepted: string[] }>; close(): void };
  const where = { host: '127.0.0.1', port, user: 'ada@example.com' };
  const transport = make<Transport>('smtpTransport', countingSource(), where);
  const sent = await transport.sendMail({ from: 'ada@example.com', to: 'grace@example.com', text: 'hello' });
  expect(sent.accepted).toEqual(['grace@example.com']);
  expect(tried).toEqual(['t1', 't2']);
  transport.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

/** As much of an IMAP server as a sign-in with a token needs. */
function speakImap(socket: Socket, tried: string[]): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  const capability = 'CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2';
  say(`* OK [${capability}] ready`);
  let buffered = '';
  let waiting = '';
  socket
    .on('error', () => undefined)
    .on('data', (chunk) => {
      buffered += chunk;
      const lines = buffered.split('\r\n');
      buffered = lines.pop() ?? '';
      for (const line of lines) {
        const [tag = '', command = '', , sent = ''] = line.split(' ');
        if (waiting !== '' && command === '') {
          say(`${waiting} NO [AUTHENTICATIONFAILED] refused`);
          waiting = '';
        } else if (command === 'AUTHENTICATE') {
          const token =
            Buffer.from(sent, 'base64').toString().split('auth=Bearer ')[1]?.split('\u0001')[0] ?? '';
          tried.push(token);
          if (token === 't2') say(`${tag} OK [${capability}] signed in`);
          else {
            waiting = tag;
            say(`+ ${Buffer.from('{"status":"401"}').toString('base64')}`);
          }
        } else if (command === 'LOGOUT') {
          say('* BYE');
          say(`${tag} OK`);
          socket.end();
        } else {
          if (command === 'CAPABILITY') say(`* ${capability}`);
          say(`${tag} OK done`);
        }
      }
    });
}

test('imapConnection brings another token when the server refuses the first', async () => {
  const tried: string[] = [];
  const server = createServer((socket) => speakImap(socket, tried));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const where = { host: '127.0.0.1', port, secure: false, user: 'ada@example.com' };
  type Client = { authenticated: unknown; logout(): Promise<void> };
  const client = await make<Promise<Client>>('imapConnection', countingSource(), where);
  expect(client.authenticated).toBeTruthy();
  expect(tried).toEqual(['t1', 't2']);
  await client.logout();
  server.close();
});

test('webSocket connects again with another token when the server refuses the first', async () => {
  const tried: (string | undefined)[] = [];
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient({ req }, done) {
      tried.push(req.headers.authorization);
      done(req.headers.authorization === 'Bearer t2', 401);
    },
  }).on('connection', (socket) => socket.on('message', (data) => socket.send(`echo of ${String(data)}`)));
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const socket = await make<Promise<WebSocket>>('webSocket', countingSource(), `ws://127.0.0.1:${port}`);
  socket.send('hello');
  const [data] = (await once(socket, 'message')) as [Buffer];
  expect(data.toString()).toBe('echo of hello');
  expect(tried).toEqual(['Bearer t1', 'Bearer t2']);
  socket.terminate();
  server.close();
});

test('webSocket asks for no other token after a 403', async () => {
  const source = countingSource();
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient: (_, done) => done(false, 403),
  });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const refused = await make<Promise<WebSocket>>('webSocket', source, `ws://127.0.0.1:${port}`).catch(String);
  expect(refused).toContain('403');
  expect(source.asks).toEqual([{ minLifeMs: 60_000 }]);
  server.close();
});

test('every recipe of the page was tried', () => {
  expect(used.sort()).toEqual(Object.keys(recipes).sort());
});
