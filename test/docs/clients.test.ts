import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type Pipeline,
} from '@azure/core-rest-pipeline';
import type { TokenSource } from '@everbearer/core';
import { type CountingSource, countingSource } from '@everbearer/far-end/support/counting-source';
import { everythingShownBy } from '@everbearer/far-end/support/everything-shown';
import {
  type Answer,
  challenging,
  hang,
  only,
  recordingServer,
  statuses,
} from '@everbearer/far-end/support/recording-server';
import type { Got } from 'got';
import { type Dispatcher, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeBlocks } from './code-blocks.ts';

/* The recipes of docs/clients.md as they are printed, against a server that refuses the first token. */

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Below a package that depends on everything, so that the imports resolve as they are printed. */
const workshop = join(root, 'examples/inbox-monitor/clients');
const recipes: Record<string, unknown> = {};

beforeAll(async () => {
  const folder = join(workshop, 'documentation-blocks');
  mkdirSync(folder, { recursive: true });
  for (const { code, line } of codeBlocks(join(root, 'docs/clients.md'), 'clients.md')) {
    const path = join(folder, `line-${line}.ts`);
    writeFileSync(path, code);
    Object.assign(recipes, await import(/* @vite-ignore */ pathToFileURL(path).href));
  }
});
afterAll(() => rmSync(workshop, { recursive: true, force: true }));

/** Sends a POST with this JSON, or without one a GET, and rejects or resolves as the client does. */
type Send = (url: string, body?: object) => Promise<unknown>;

function make<T>(name: string, ...given: unknown[]): T {
  const recipe = recipes[name];
  if (typeof recipe !== 'function') throw new Error(`docs/clients.md has no recipe ${name}`);
  return recipe(...given) as T;
}

const posted = (body: object | undefined) => ({
  method: body ? 'POST' : 'GET',
  ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
});

/** How each client is called; what it is made of stands in the document. */
const CLIENTS: Readonly<Record<string, (source: CountingSource, origin: string) => Send>> = {
  openapiClient(source, origin) {
    type Client = { request(method: string, path: string, init: object): Promise<{ error?: unknown }> };
    const client = make<Client>('openapiClient', source, origin);
    return (url, body) =>
      client.request(body ? 'post' : 'get', new URL(url).pathname, { baseUrl: new URL(url).origin, body });
  },
  graphClient(source, origin) {
    type Call = { get(): Promise<unknown>; post(body: object): Promise<unknown> };
    const client = make<{ api(url: string): Call }>('graphClient', source, origin);
    return (url, body) => {
      // The client takes other origins only when they are https.
      const there = url.startsWith(origin) ? new URL(url).pathname : url.replace('http:', 'https:');
      return body ? client.api(there).post(body) : client.api(there).get();
    };
  },
  ofetchClient(source, origin) {
    const client = make<(url: string, init: object) => Promise<unknown>>('ofetchClient', source, origin);
    return (url, body) => client(url, { method: body ? 'POST' : 'GET', body });
  },
  axiosClient(source, origin) {
    const client = make<{ request(config: object): Promise<unknown> }>('axiosClient', source, origin);
    return (url, body) => client.request({ url, method: body ? 'POST' : 'GET', data: body });
  },
  undiciClient(source, origin) {
    const client = make<typeof fetch>('undiciClient', source, origin);
    return (url, body) => client(url, posted(body));
  },
  bearerDispatcher(source, origin) {
    const dispatcher = make<Dispatcher>('bearerDispatcher', source, origin);
    return async (url, body) => {
      const response = await request(url, { dispatcher, ...posted(body) });
      await response.body.dump();
      return response;
    };
  },
  nodeHttpClient(source, origin) {
    const client = make<(url: string, call: object) => Promise<unknown>>('nodeHttpClient', source, origin);
    return (url, body) => client(url, posted(body));
  },
  gotClient(source, origin) {
    const client = make<(url: string, options: object) => Promise<unknown>>('gotClient', source, origin);
    return (url, body) =>
      client(url, {
        method: body ? 'POST' : 'GET',
        prefixUrl: '',
        retry: { limit: 0 },
        ...(body && { json: body }),
      });
  },
};

describe.each(Object.entries(CLIENTS))('%s', (_name, open) => {
  test('sends a refused request once more, complete, with a good token', async () => {
    await using server = await recordingServer(asJson(only('t2')));
    const send = open(countingSource(), server.url);
    await send(`${server.url}/x`, { a: 'ü' });
    await send(`${server.url}/x`);
    expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
    expect(server.seen.map(({ method, body }) => method + body)).toEqual([
      'POST{"a":"ü"}',
      'POST{"a":"ü"}',
      'GET',
    ]);
  });

  test('sends a request that is refused for good not for ever', async () => {
    await using server = await recordingServer(asJson(only('none')));
    await open(countingSource(), server.url)(`${server.url}/x`).catch(() => undefined);
    expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test('one path that always answers 401 costs the healthy ones nothing', async () => {
    const healthy: string[] = [];
    await using server = await recordingServer(
      asJson((seen, response, count) => {
        if (seen.path.endsWith('/x')) healthy.push(seen.authorization ?? '');
        else only()(seen, response, count);
      }),
    );
    const source = steadySource();
    const send = open(source, server.url);
    for (let round = 0; round < 5; round++) {
      const bad = send(`${server.url}/always-401`).catch(() => undefined);
      const good = [1, 2, 3].map(() => send(`${server.url}/x`, round % 2 ? { a: 1 } : undefined));
      await Promise.all([bad, ...good]);
    }
    expect(healthy).toHaveLength(15);
    // Rejected tokens are named once for each request that was answered 401, and nowhere else.
    const named = source.asks.filter((ask) => ask?.rejected !== undefined);
    expect(named.length).toBeLessThanOrEqual(5);
    expect(server.seen.length - healthy.length).toBeLessThanOrEqual(10);
    expect(new Set(healthy)).toEqual(new Set(['Bearer t1']));
  });

  test('shows no token in its errors', async () => {
    const broken: Answer = (_seen, response) => void response.destroy();
    for (const answer of [asJson(only()), broken, asJson(statuses(...Array<number>(9).fill(500)))]) {
      await using server = await recordingServer(answer);
      const secret = 'CANARY-7e42-of-a-client';
      const source = { ...steadySource(), getToken: async () => ({ token: secret }) };
      const send = open(source as CountingSource, server.url);
      for (const body of [undefined, { a: 1 }]) {
        const outcome = await send(`${server.url}/x`, body).catch((error: unknown) => error);
        if (!(outcome instanceof Error)) continue;
        expect(everythingShownBy([outcome]).filter((text) => text.includes('CANARY-7e42'))).toEqual([]);
      }
      expect(server.authorizations[0]).toBe(`Bearer ${secret}`);
    }
  });

  test('sends no token, and nothing at all, to another origin', async () => {
    await using server = await recordingServer();
    await using foreign = await recordingServer();
    const refused = open(countingSource(), server.url)(`${foreign.url}/x`);
    await expect(refused).rejects.toThrow(/was not sent/);
    expect([server.seen, foreign.seen]).toEqual([[], []]);
  });
});

/** A source whose token is good: a 401 to it is the verdict of one path, so it hands out the same again. */
function steadySource(): CountingSource {
  const asks: CountingSource['asks'] = [];
  return {
    asks,
    gate: undefined,
    refusal: undefined,
    async getToken(ask) {
      asks.push(ask);
      return { token: 't1' };
    },
  };
}

const asJson =
  (answer: Answer): Answer =>
  (seen, response, count) => {
    answer(seen, response, count);
    if (response.destroyed) return;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: response.statusCode }));
  };

test('gotClient leaves a credential of the caller alone, and names it to nobody', async () => {
  await using server = await recordingServer(asJson(only()));
  const source = countingSource();
  const client = make<(url: string, options: object) => Promise<unknown>>('gotClient', source, server.url);
  const headers = { authorization: 'Basic mine' };
  await client(server.url, { headers, prefixUrl: '', retry: { limit: 0 } }).catch(() => undefined);
  expect([server.authorizations, source.asks]).toEqual([['Basic mine'], []]);
});

/** A got with our recipe, whose requests are sent again at once. */
function gotAt(source: TokenSource, origin: string) {
  const client = make<Got>('gotClient', source, origin);
  return client.extend({ retry: { limit: 1, calculateDelay: ({ computedValue }) => computedValue && 1 } });
}

test.each<[string, Answer]>([
  [
    'on its own retry',
    (_seen, response, count) => {
      if (count === 1) response.statusCode = 503;
      else only('t2')(_seen, response, count);
    },
  ],
  [
    'behind a redirect',
    (seen, response, count) => {
      if (seen.path === '/x') response.writeHead(302, { location: '/there' }).end();
      else only('t2')(seen, response, count);
    },
  ],
])('gotClient renews what is rejected %s', async (_name, answer) => {
  await using server = await recordingServer(answer);
  expect((await gotAt(countingSource(), server.url).get('x')).statusCode).toBe(200);
  expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
});

test('gotClient takes the newest token for its own retries', async () => {
  await using server = await recordingServer(statuses(503));
  let serial = 0;
  const source: TokenSource = { getToken: async () => ({ token: `t${++serial}` }) };
  await gotAt(source, server.url).get('x');
  expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
});

describe('gotClient shows no token where got asks no hook', () => {
  const source: TokenSource = { getToken: async () => ({ token: 'CANARY-7e43-of-got' }) };
  const half: Answer = (_seen, response) => {
    response.writeHead(200, { 'content-length': '9' }).write('{}');
  };
  test.each<[string, Answer, (client: Got, signal: AbortSignal) => Promise<unknown>]>([
    ['an abort', hang, (client, signal) => client.get('x', { signal })],
    ['an abort of json()', hang, (client, signal) => client.get('x', { signal }).json()],
    ['an abort in the body', half, (client, signal) => client.get('x', { signal }).text()],
    ['a body that is no JSON', () => undefined, (client) => client.get('x').json()],
  ])('%s', async (_name, answer, call) => {
    await using server = await recordingServer(answer);
    const client = make<Got>('gotClient', source, server.url);
    const error = await call(client, AbortSignal.timeout(200)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(server.authorizations).toEqual(['Bearer CANARY-7e43-of-got']);
    expect(everythingShownBy([error]).filter((text) => text.includes('CANARY-7e43'))).toEqual([]);
  });

  test('a stream, which it does not take', async () => {
    await using server = await recordingServer();
    expect(() => make<Got>('gotClient', source, server.url).stream('x')).toThrow(/takes no streams/);
    expect(server.seen).toEqual([]);
  });
});

describe('bearerDispatcher', () => {
  test.each<[string, NonNullable<Dispatcher.DispatchOptions['headers']>]>([
    ['an object', { 'x-a': 'b' }],
    ['a list', ['x-a', 'b']],
    ['Headers', new Headers({ 'x-a': 'b' })],
    ['pairs', new Map([['x-a', 'b']])],
  ])('keeps the headers that are given as %s', async (_name, headers) => {
    await using server = await recordingServer(only('t2'));
    const dispatcher = make<Dispatcher>('bearerDispatcher', countingSource(), server.url);
    await (await request(server.url, { dispatcher, headers })).body.dump();
    expect(server.seen.map((seen) => [seen.authorization, seen.headers['x-a']])).toEqual([
      ['Bearer t1', 'b'],
      ['Bearer t2', 'b'],
    ]);
  });

  test('leaves a credential of the caller alone, and names it to nobody', async () => {
    await using server = await recordingServer(only());
    const source = countingSource();
    const dispatcher = make<Dispatcher>('bearerDispatcher', source, server.url);
    const headers = { Authorization: 'Basic mine' };
    await (await request(server.url, { dispatcher, headers })).body.dump();
    expect([server.authorizations, source.asks]).toEqual([['Basic mine'], []]);
  });

  test('ends the wait for a token with the signal of the request', async () => {
    await using server = await recordingServer();
    const source: TokenSource = {
      getToken: (ask) =>
        new Promise((_resolve, reject) =>
          ask?.signal?.addEventListener('abort', () => reject(ask.signal?.reason)),
        ),
    };
    const dispatcher = make<Dispatcher>('bearerDispatcher', source, server.url);
    const call = request(server.url, { dispatcher, signal: AbortSignal.timeout(50) });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(server.seen).toEqual([]);
  });
});

describe('nodeHttpClient', () => {
  type Client = (path: string, call?: object) => Promise<{ status: number; body: Buffer }>;

  test('hands out status and body, keeps its connection, and sets the header whatever the caller gives', async () => {
    const connections = new Set<unknown>();
    await using server = await recordingServer((seen, response) => {
      connections.add(response.socket);
      response.end(`${seen.method} ${seen.path}`);
    });
    const client = make<Client>('nodeHttpClient', countingSource(), server.url);
    for (const path of ['/a?b=1', 'c']) {
      const { status, body } = await client(path, { headers: { Authorization: 'Basic eA==' } });
      expect([status, body.toString()]).toEqual([200, `GET /${path.replace('/', '')}`]);
    }
    expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t1']);
    expect(connections.size).toBe(1);
  });

  test('ends a call when its caller leaves, when time is up, and when the answer breaks off', async () => {
    await using silent = await recordingServer(hang);
    const client = make<Client>('nodeHttpClient', countingSource(), silent.url);
    const left = client('/', { signal: AbortSignal.timeout(50) });
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    await expect(client('/', { timeout: 50 })).rejects.toThrow('did not answer in time');

    await using broken = await recordingServer((_seen, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    });
    const half = make<Client>('nodeHttpClient', countingSource(), broken.url);
    await expect(half('/')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

/** The policy insists on https; what it would send there is taken to loopback. */
const toLoopback = (url: string): HttpClient => ({
  async sendRequest(sent) {
    const { method, body } = sent;
    const headers = sent.headers.toJSON();
    const response = await fetch(url, {
      method,
      headers,
      ...(method === 'GET' ? {} : { body: body as string }),
    });
    return {
      request: sent,
      status: response.status,
      headers: createHttpHeaders(Object.fromEntries(response.headers)),
    };
  },
});

test('azurePipeline sets the header, and hands a claims challenge on', async () => {
  const claims = '{"access_token":{"nbf":{"essential":true}}}';
  const challenge = `Bearer error="insufficient_claims", claims="${btoa(claims)}"`;
  await using server = await recordingServer((seen, response, count) => {
    if (count === 1) challenging(401, challenge)(seen, response, count);
  });
  const source = countingSource();
  const pipeline = make<Pipeline>('azurePipeline', source, ['https://vault.example/.default']);
  const response = await pipeline.sendRequest(
    toLoopback(server.url),
    createPipelineRequest({ url: 'https://vault.example/' }),
  );
  expect(response.status).toBe(200);
  expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t1']);
  expect(source.asks.map((ask) => [ask?.scopes, ask?.claims])).toEqual([
    [['https://vault.example/.default'], undefined],
    [['https://vault.example/.default'], claims],
  ]);
});

describe('renewingHttpClient', () => {
  const scopes = ['https://vault.example/.default'];
  const vault = { url: 'https://vault.example/' };

  /** The pipeline of the SDK, whose policy keeps the first token until it ends. */
  function pipelineOver(source: TokenSource, url: string) {
    const pipeline = make<Pipeline>('azurePipeline', source, scopes);
    const client = make<HttpClient>('renewingHttpClient', source, scopes, toLoopback(url));
    return (request: object = {}) =>
      pipeline.sendRequest(client, createPipelineRequest({ ...vault, ...request }));
  }

  test('sends once more what was refused, and goes on with the new token', async () => {
    await using server = await recordingServer(only('t2'));
    const send = pipelineOver(countingSource(), server.url);
    expect((await send({ method: 'POST', body: 'ü' })).status).toBe(200);
    expect((await send()).status).toBe(200);
    expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
    expect(server.seen.map(({ body }) => body)).toEqual(['ü', 'ü', '']);
  });

  test('leaves claims challenges to the policy, a refusal for good to the caller, and a stream as it is', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true}}}';
    const challenge = `Bearer error="insufficient_claims", claims="${btoa(claims)}"`;
    await using challenged = await recordingServer((seen, response, count) => {
      if (count === 1) challenging(401, challenge)(seen, response, count);
    });
    const source = countingSource();
    expect((await pipelineOver(source, challenged.url)()).status).toBe(200);
    expect(source.asks.filter((ask) => ask?.rejected !== undefined)).toEqual([]);

    await using closed = await recordingServer(only('none'));
    expect((await pipelineOver(countingSource(), closed.url)()).status).toBe(401);
    expect(closed.authorizations).toEqual(['Bearer t1', 'Bearer t2']);

    await using server = await recordingServer(only('t2'));
    const stream = { method: 'POST', body: { pipe() {}, toString: () => 'once' } };
    expect((await pipelineOver(countingSource(), server.url)(stream)).status).toBe(401);
    expect(server.authorizations).toEqual(['Bearer t1']);
  });

  test('puts no token on a request that bears none', async () => {
    await using server = await recordingServer();
    const source = countingSource();
    const client = make<HttpClient>('renewingHttpClient', source, scopes, toLoopback(server.url));
    await client.sendRequest(createPipelineRequest(vault));
    expect([server.authorizations, source.asks]).toEqual([[undefined], []]);
  });
});

test('byHand names the token that was refused, and sends once more', async () => {
  await using server = await recordingServer(only('t2'));
  const source = countingSource();
  const call = (token: string) => fetch(server.url, { headers: { authorization: `Bearer ${token}` } });
  const send = () => make<Promise<Response>>('byHand', source, call);
  expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
  expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
  expect(source.asks.map((ask) => ask?.rejected)).toEqual([undefined, 't1', undefined]);
  await using closed = await recordingServer(only('none'));
  const refused = (token: string) => fetch(closed.url, { headers: { authorization: `Bearer ${token}` } });
  expect((await make<Promise<Response>>('byHand', countingSource(), refused)).status).toBe(401);
  expect(closed.seen).toHaveLength(2);
});

test('commandClient asks its command again when a token is rejected', async () => {
  await using server = await recordingServer(only('t2'));
  const reads: boolean[] = [];
  const read = async (fresh: boolean) => {
    reads.push(fresh);
    return fresh ? 't2\n' : 't1\n';
  };
  const client = make<typeof fetch>('commandClient', read, server.url);
  expect((await client(server.url)).status).toBe(200);
  expect([server.authorizations, reads]).toEqual([
    ['Bearer t1', 'Bearer t2'],
    [false, true],
  ]);
});
