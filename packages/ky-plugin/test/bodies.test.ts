import { countingSource, gate } from '@everbearer/far-end/support/counting-source';
import { only, recordingServer, type Seen } from '@everbearer/far-end/support/recording-server';
import { bearerAuth } from '@everbearer/ky-plugin';
import ky, { type Options } from 'ky';
import { describe, expect, test, vi } from 'vitest';
import { kyWorld } from './support/ky-world.ts';

function form(): FormData {
  const data = new FormData();
  data.append('text', 'one');
  data.append('file', new File(['content'], 'name.txt', { type: 'text/plain' }));
  return data;
}

async function* chunks(): AsyncGenerator<Uint8Array> {
  for (const text of ['as', 'ync']) yield new TextEncoder().encode(text);
}

const stream = () => new Blob(['str', 'eam']).stream();
const body = (given: unknown): Options => ({ body: given }) as Options;

const VALUES: [string, () => Options, string][] = [
  ['json', () => ({ json: { a: 'ü' } }), '{"a":"ü"}'],
  ['text', () => body('tëxt'), 'tëxt'],
  ['URLSearchParams', () => body(new URLSearchParams('a=1&a=2')), 'a=1&a=2'],
  ['a Blob', () => body(new Blob(['bl', 'ob'])), 'blob'],
  ['bytes', () => body(new TextEncoder().encode('bytes')), 'bytes'],
  ['a part of a buffer', () => body(new TextEncoder().encode('a part').subarray(2)), 'part'],
  ['an ArrayBuffer', () => body(new TextEncoder().encode('buffer').buffer), 'buffer'],
  ['FormData', () => body(form()), 'form'],
  [
    'FormData with a type of its own',
    () => ({ ...body(form()), headers: { 'content-type': 'x/y' } }),
    'form',
  ],
];
const STREAMS: [string, () => Options, string][] = [
  ['a stream', () => body(stream()), 'stream'],
  ['an async iterable', () => body(chunks()), 'async'],
];

/** A form goes over the wire between boundaries that are new each time. */
function bodyOf({ body: sent, headers }: Seen): string {
  if (!sent.includes('form-data; name=')) return sent;
  const [, boundary = ''] = /^(--.*)\r\n/.exec(sent) ?? [];
  const typeMatches =
    headers['content-type'] === 'x/y' || headers['content-type']?.endsWith(boundary.slice(2));
  const complete = sent.split(boundary).length === 4 && sent.includes('filename="name.txt"');
  return typeMatches && complete ? 'form' : `broken form of type ${headers['content-type']}: ${sent}`;
}

const limits = [0, 2];
const withLimits = (rows: [string, () => Options, string][]) =>
  rows.flatMap(([name, options, expected]) => limits.map((retry) => ({ name, options, expected, retry })));

test.each(withLimits(VALUES))('$name at retry limit $retry is replayed, complete', async (row) => {
  await using world = await kyWorld(only('t2'));
  const { status } = await world.api.post('', { ...row.options(), retry: row.retry });
  expect(status).toBe(200);
  expect(world.server.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
  expect(world.server.seen.map(bodyOf)).toEqual([row.expected, row.expected]);
  const [first, second] = world.server.seen.map(({ headers }) => headers['content-type']?.split(';')[0]);
  expect(second).toBe(first);
});

test.each(STREAMS)(
  '%s above retry limit 0 is replayed: ky keeps it anyway',
  async (_name, options, expected) => {
    await using world = await kyWorld(only('t2'));
    expect((await world.api.post('', { ...options(), retry: 1 })).status).toBe(200);
    expect(world.server.seen.map(bodyOf)).toEqual([expected, expected]);
  },
);

describe('at retry limit 0 a stream is not buffered: its 401 comes back, and the next call has a good token', () => {
  const asRequest = (url: string) =>
    new Request(url, { method: 'POST', body: stream(), duplex: 'half' } as RequestInit);

  test.each<[string, (url: string) => [string | Request, Options], string]>([
    ...STREAMS.map(([name, options, expected]): [string, (url: string) => [string, Options], string] => [
      name,
      (url) => [url, { method: 'post', ...options() }],
      expected,
    ]),
    ['a Request with a body', (url) => [asRequest(url), {}], 'stream'],
  ])('%s', async (_name, call, expected) => {
    await using world = await kyWorld(only('t2'));
    const clone = vi.spyOn(Request.prototype, 'clone');
    const [input, options] = call(world.server.url);
    const response = await world.api(input, { ...options, retry: 0, throwHttpErrors: false });
    expect([response.status, clone.mock.calls.length]).toEqual([401, 0]);
    clone.mockRestore();
    expect((await world.api.get('')).status).toBe(200);
    expect(world.server.seen.map(bodyOf)).toEqual([expected, '']);
    expect(world.server.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
    expect(world.source.asks.at(0)?.minLifeMs).toBe(60_000);
  });
});

test('a Request with a body, above retry limit 0', async () => {
  await using world = await kyWorld(only('t2'));
  const request = new Request(world.server.url, { method: 'POST', body: 'request' });
  expect((await world.api(request)).status).toBe(200);
  expect(world.server.seen.map(bodyOf)).toEqual(['request', 'request']);
});

describe('a body is sent as it was when the call was made', () => {
  test.each<[string, () => unknown, (given: never) => void, string]>([
    [
      'URLSearchParams',
      () => new URLSearchParams('a=1'),
      (given: URLSearchParams) => given.set('a', '2'),
      'a=1',
    ],
    ['bytes', () => new TextEncoder().encode('bytes'), (given: Uint8Array) => given.fill(0), 'bytes'],
    ['FormData', form, (given: FormData) => given.delete('file'), 'form'],
  ])('%s', async (_name, make, change, expected) => {
    await using world = await kyWorld(only('t2'));
    const { promise, open } = gate();
    world.source.gate = promise;
    const given = make();
    const pending = world.api.post('', { ...body(given), retry: 0 });
    change(given as never);
    open();
    await pending;
    expect(world.server.seen.map(bodyOf)).toEqual([expected, expected]);
  });

  test('also where a later init hook puts another body in place', async () => {
    await using world = await kyWorld(only('t2'));
    const late = new URLSearchParams('late=1');
    const init = (options: Options) => void Object.assign(options, { body: late });
    const pending = world.api.post('', { body: 'early', retry: 0, hooks: { init: [init] } });
    late.set('late', '2');
    await pending;
    expect(world.server.seen.map(bodyOf)).toEqual(['late=1', 'late=1']);
  });

  test.each([0, 2])('a hook that sends another request in its place, at retry limit %i', async (retry) => {
    await using world = await kyWorld(only('t2'));
    const other = ({ request }: { request: Request }) => new Request(request, { body: 'other' });
    await world.api.post('', { json: {}, retry, hooks: { beforeRequest: [other] } });
    expect(world.server.seen.map(bodyOf)).toEqual(['other', 'other']);
  });
});

describe('while the token is good', () => {
  /** What a call with this body copies, by plain ky and by ours; of headers ours makes one set, which alone bears the token. */
  async function copies(options: () => Options, retry: number, plugin: boolean): Promise<string[]> {
    await using server = await recordingServer();
    const held = await countingSource().getToken();
    const source = { peek: () => held, getToken: async () => held };
    const api = plugin ? ky.extend(bearerAuth(source, { origins: [server.url] })) : ky;
    const spies = {
      'Request.clone': vi.spyOn(Request.prototype, 'clone'),
      'Response.clone': vi.spyOn(Response.prototype, 'clone'),
      tee: vi.spyOn(ReadableStream.prototype, 'tee'),
      Headers: vi.spyOn(globalThis, 'Headers'),
      Request: vi.spyOn(globalThis, 'Request'),
    };
    await api.post(server.url, { ...options(), retry });
    const made = (spy: { mock: { calls: unknown[] } }) =>
      spy.mock.calls.length - (plugin && spy === spies.Headers ? 1 : 0);
    const counts = Object.entries(spies).map(([name, spy]) => `${name} ${made(spy)}`);
    for (const spy of Object.values(spies)) spy.mockRestore();
    return counts;
  }

  test.each(
    withLimits([...VALUES, ...STREAMS.filter(([name]) => name === 'a stream')]).filter(
      ({ name, retry }) => !(name === 'a stream' && retry > 0) && !name.includes('of its own'),
    ),
  )(
    '$name at retry limit $retry: nothing is cloned, split or built that ky itself does not',
    async ({ options, retry }) => {
      expect(await copies(options, retry, true)).toEqual(await copies(options, retry, false));
    },
  );
});

// Found by random chains: the guard knew no body, and the 401 of a POST came back.
test('with beforeRequest cleared and the context replaced, a value is replayed as well', async () => {
  await using world = await kyWorld(only('t2'));
  const init = (options: Options) => void Object.assign(options, { context: {} });
  const hooks = { init: [init], beforeRequest: undefined } as unknown as NonNullable<Options['hooks']>;
  for (const [, options] of VALUES) await world.api.post('', { ...options(), hooks, retry: 0 });
  expect(world.server.authorizations).toEqual(['Bearer t1', ...Array(VALUES.length).fill('Bearer t2')]);
});

test('progress of an upload is told once, and the replay is silent', async () => {
  await using world = await kyWorld(only('t2'));
  const told: number[] = [];
  await world.api.post('', {
    body: 'x'.repeat(1_000),
    onUploadProgress: ({ percent }) => void told.push(percent),
  });
  expect(world.server.seen.map(({ body: sent }) => sent.length)).toEqual([1_000, 1_000]);
  expect(told.filter((percent) => percent === 1)).toHaveLength(1);
});
