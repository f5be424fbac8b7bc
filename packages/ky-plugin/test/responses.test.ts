import { type Answer, only, recordingServer } from '@everbearer/far-end/support/recording-server';
import { bearerAuth } from '@everbearer/ky-plugin';
import ky, { HTTPError, type Options } from 'ky';
import { describe, expect, test, vi } from 'vitest';
import { kyWorld } from './support/ky-world.ts';

/** Refuses in JSON, quoting what it refused. */
const refusing =
  (good?: string): Answer =>
  ({ authorization }, response) => {
    if (authorization === `Bearer ${good}`) return;
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ authorization }));
  };

describe('a refusal that a renewal cannot change', () => {
  const looking = {
    hooks: { afterResponse: [async ({ response }: { response: Response }) => void (await response.text())] },
  };

  test.each<[string, Options]>([
    ['as it is', {}],
    ['at retry limit 0', { retry: 0 }],
    ['with a hook that reads its copy', looking],
    ['of a POST', { method: 'post', json: {} }],
  ])('is an ordinary HTTPError with the data of the second answer, %s', async (_name, options) => {
    await using world = await kyWorld(refusing());
    const error = await world.api('', options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HTTPError);
    const { response, data, request } = error as HTTPError;
    expect([response.status, data]).toEqual([401, { authorization: 'Bearer t2' }]);
    expect(request.headers.has('authorization')).toBe(false);
  });

  test.each<[string, Error | undefined, string]>([
    ['of the first answer, where the renewal is refused', new Error('no'), 'Bearer t1'],
    ['of the second, where it is not', undefined, 'Bearer t2'],
  ])('is a response where the caller wants one, %s', async (_name, refusal, authorization) => {
    await using world = await kyWorld(refusing());
    world.source.refusal = refusal;
    const response = await world.api.get('', { throwHttpErrors: false });
    expect([response.status, await response.json()]).toEqual([401, { authorization }]);
  });
});

describe('a response that is no refusal', () => {
  test('is never cloned, nor its body touched', async () => {
    await using world = await kyWorld();
    const clone = vi.spyOn(Response.prototype, 'clone');
    const tee = vi.spyOn(ReadableStream.prototype, 'tee');
    expect(await world.api.get('').text()).toBe('ok');
    expect([clone.mock.calls.length, tee.mock.calls.length]).toEqual([0, 0]);
    vi.restoreAllMocks();
  });

  test('the first event of a stream arrives before the last one is sent, also with the audit', async () => {
    const open: (() => void)[] = [];
    await using world = await kyWorld(
      (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: first\n\n');
        open.push(() => response.end('data: last\n\n'));
        response.statusCode = 599; // Left open.
      },
      { audit: true },
    );
    const reader = (await world.api.get('')).body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('data: first\n\n');
    for (const end of open) end();
    expect((await reader?.read())?.value).toBe('data: last\n\n');
  });

  test('its progress is told', async () => {
    await using world = await kyWorld(only('t2'));
    const told: number[] = [];
    await world.api.get('', { onDownloadProgress: ({ percent }) => void told.push(percent) }).text();
    expect(told.at(-1)).toBe(1);
  });
});

describe('redirects', () => {
  const to =
    (location: () => string): Answer =>
    ({ path }, response) => {
      if (path === '/start') response.writeHead(302, { location: location() }).end();
    };

  test('within the origin keep the header, to another one they lose it', async () => {
    await using elsewhere = await recordingServer();
    const targets = ['/there', elsewhere.url];
    await using world = await kyWorld(to(() => targets.shift() ?? ''));
    await world.api.get('start');
    await world.api.get('start');
    expect(world.server.authorizations).toEqual(Array(3).fill('Bearer t1'));
    expect(elsewhere.authorizations).toEqual([undefined]);
  });

  test('a 401 from where one led to renews nothing', async () => {
    await using elsewhere = await recordingServer(only('t2'));
    await using world = await kyWorld(to(() => elsewhere.url));
    await expect(world.api.get('start')).rejects.toBeInstanceOf(HTTPError);
    expect(world.rejections).toEqual([]);
    expect(elsewhere.seen).toHaveLength(1);
  });
});

describe('a URL that is not where the instance points', () => {
  const moved = (url: string) => ({
    hooks: { beforeRequest: [({ request }: { request: Request }) => new Request(url, request)] },
  });

  test.each<[string, (api: typeof ky, here: string, foreign: string) => Promise<unknown>]>([
    ['an absolute one with a baseUrl', (api, _here, foreign) => api.get(foreign)],
    [
      'a URL object with a prefix',
      (api, here, foreign) => api.extend({ prefix: here }).get(new URL(foreign)),
    ],
    ['a Request', (api, _here, foreign) => api(new Request(foreign))],
    ['one that a hook puts in place', (api, here, foreign) => api.get(here, moved(foreign))],
    [
      'another prefix',
      (api, _here, foreign) => api.extend({ baseUrl: undefined, prefix: foreign } as object).get('x'),
    ],
  ])('%s is refused before anything is sent, or passes without a token', async (_name, call) => {
    await using world = await kyWorld();
    await using foreign = await recordingServer();
    await expect(call(world.api, world.server.url, foreign.url)).rejects.toMatchObject({
      code: 'origin_not_allowed',
      origin: foreign.url,
    });
    expect(foreign.seen).toEqual([]);
    const passing = ky
      .create({ baseUrl: world.server.url })
      .extend(bearerAuth(world.source, { origins: [world.server.url], onForeignOrigin: 'pass' }));
    await call(passing, world.server.url, foreign.url);
    expect(foreign.authorizations).toEqual([undefined]);
  });

  test('prefix and baseUrl lead to a token as before', async () => {
    await using world = await kyWorld();
    await world.api.get('a');
    await world.api.extend({ baseUrl: undefined, prefix: `${world.server.url}/v1` } as object).get('b');
    await world.api.get('c', { searchParams: { q: '1' } });
    expect(world.server.seen.map(({ path, authorization }) => [path, authorization])).toEqual([
      ['/a', 'Bearer t1'],
      ['/v1/b', 'Bearer t1'],
      ['/c?q=1', 'Bearer t1'],
    ]);
  });
});
