import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AccessToken, staticTokenSource } from '@everbearer/core';
import { countingSource } from '@everbearer/far-end/support/counting-source';
import { type Answer, only, recordingServer, statuses } from '@everbearer/far-end/support/recording-server';
import { bearerAuth } from '@everbearer/ky-plugin';
import ky, { type Options } from 'ky';
import { describe, expect, test } from 'vitest';
import { kyWorld } from './support/ky-world.ts';

const own: NonNullable<Options['fetch']> = (input, init) => fetch(input, init);
const hooks = (given: Record<string, unknown>) => ({ hooks: given }) as Options;
const bare = ({ request }: { request: Request }) => request.headers.delete('authorization');

describe('the header arrives all the same', () => {
  test('when somebody takes it away while the token of the attempt is waited for', async () => {
    await using server = await recordingServer();
    let held: Request | undefined;
    const source = {
      async getToken() {
        held?.headers.delete('authorization');
        return new AccessToken({ token: 't1' });
      },
    };
    const api = ky.extend(bearerAuth(source, { origins: [server.url] })).extend({
      hooks: {
        beforeRequest: [
          ({ request }) => {
            held = request;
          },
        ],
      },
    });
    await api.get(server.url);
    expect(server.authorizations).toEqual(['Bearer t1']);
  });

  test.each<[string, Options]>([
    ['a later hook deletes it', hooks({ beforeRequest: [bare] })],
    [
      'a later hook returns a new Request',
      hooks({ beforeRequest: [({ request }: { request: Request }) => new Request(request.url)] }),
    ],
    ['the call says it is undefined', { headers: { authorization: undefined } }],
    ['the call brings a fetch', { fetch: own }],
    ['the call brings a fetch and deletes it', { fetch: own, ...hooks({ beforeRequest: [bare] }) }],
    ['beforeRequest is cleared', hooks({ beforeRequest: undefined })],
    ['beforeRetry is cleared', hooks({ beforeRetry: undefined })],
    [
      'a later init hook assigns fetch',
      hooks({ init: [(options: Options) => Object.assign(options, { fetch: own })] }),
    ],
    [
      'a later init hook deletes its fetch',
      hooks({ init: [(options: Options) => Object.assign(options, { fetch: undefined })] }),
    ],
    [
      'a later init hook wraps fetch',
      hooks({
        init: [
          (options: Options) => {
            const { fetch: inner = own } = options;
            options.fetch = (input, init) => inner(new Request(input as Request), init);
          },
        ],
      }),
    ],
  ])('%s', async (_name, options) => {
    for (const peeks of [false, true]) {
      await using world = await kyWorld(only('t2'), { peeks });
      await world.api.get('', options);
      await world.api.extend(options).get('');
      expect(world.server.authorizations).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
    }
  });

  test('a fetch of the parent, of a child and of the call is the one that sends', async () => {
    await using server = await recordingServer();
    const used: string[] = [];
    const named =
      (name: string): NonNullable<Options['fetch']> =>
      (input, init) => {
        used.push(name);
        return fetch(input, init);
      };
    const parent = ky
      .create({ fetch: named('parent') })
      .extend(bearerAuth(staticTokenSource('abc'), { origins: [server.url] }));
    await parent.get(server.url);
    await parent.extend({ fetch: named('child') }).get(server.url);
    await parent.extend({ fetch: named('child') }).get(server.url, { fetch: named('call') });
    expect(used).toEqual(['parent', 'child', 'call']);
    expect(server.authorizations).toEqual(Array(3).fill('Bearer abc'));
  });
});

test('hooks do not see it, before ours or behind: it stands in what is sent and nowhere else', async () => {
  await using server = await recordingServer();
  const seen: (string | null)[] = [];
  const look = hooks({
    beforeRequest: [
      ({ request }: { request: Request }) => void seen.push(request.headers.get('authorization')),
    ],
  });
  const api = ky
    .extend(look)
    .extend(bearerAuth(staticTokenSource('abc'), { origins: [server.url] }))
    .extend(look);
  await api.get(server.url, look);
  expect(seen).toEqual([null, null, null]);
  expect(server.authorizations).toEqual(['Bearer abc']);
});

test('a hook that an init hook has put in the place of ours is called', async () => {
  await using server = await recordingServer();
  const called: string[] = [];
  const swap = hooks({
    init: [
      (options: Options) => {
        options.hooks = { ...options.hooks, beforeRequest: [() => void called.push('theirs')] };
      },
    ],
  });
  const api = ky.extend(swap).extend(bearerAuth(staticTokenSource('abc'), { origins: [server.url] }));
  await api.get(server.url);
  expect([called, server.authorizations]).toEqual([['theirs'], ['Bearer abc']]);
});

describe.each([false, true])('a header that is in hand: %s', (peeks) => {
  const seen: (string | null)[] = [];
  const look = ({ request }: { request: Request }) => void seen.push(request.headers.get('authorization'));
  const lookAtError = ({ error }: { error: Error & { request?: Request } }) => {
    if (error.request) look({ request: error.request });
    return error;
  };

  test.each<[string, Options, Answer, 'get' | 'post']>([
    ['afterResponse', hooks({ afterResponse: [look] }), statuses(), 'get'],
    ['beforeRetry', hooks({ beforeRetry: [look] }), statuses(500), 'get'],
    ['beforeError', hooks({ beforeError: [lookAtError] }), (_seen, response) => response.destroy(), 'post'],
  ])('is not seen by %s', async (_name, options, answer, method) => {
    seen.length = 0;
    await using server = await recordingServer(answer);
    const api = ky
      .create({ retry: { delay: () => 0 } })
      .extend(options)
      .extend(bearerAuth(countingSource({ peeks }), { origins: [server.url] }));
    await api[method](server.url).catch(() => undefined);
    expect(seen).toEqual([null]);
    expect(server.authorizations[0]).toBe('Bearer t1');
  });
});

test('a hook that answers 401 itself: nothing is sent and nothing renewed', async () => {
  await using world = await kyWorld();
  const made = hooks({ beforeRequest: [() => new Response(null, { status: 401 })] });
  await expect(world.api.get('', made)).rejects.toMatchObject({ response: { status: 401 } });
  expect([world.server.seen, world.rejections]).toEqual([[], []]);
});

test('with a second copy of ky, which knows nothing of the first', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'ky-'));
  try {
    cpSync(dirname(dirname(fileURLToPath(import.meta.resolve('ky')))), copy, { recursive: true });
    const second = (await import(pathToFileURL(join(copy, 'distribution/index.js')).href)) as {
      default: typeof ky;
    };
    expect(second.default).not.toBe(ky);
    await using server = await recordingServer(only('t2'));
    await using world = await kyWorld();
    const api = second.default.extend(bearerAuth(world.source, { origins: [server.url] }));
    for (const retry of [0, 2]) await api.post(server.url, { json: {}, retry });
    expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

test('two of ours on one instance: the later one has the calls, and the earlier one nothing', async () => {
  await using one = await recordingServer();
  await using two = await recordingServer();
  const api = ky
    .extend(bearerAuth(staticTokenSource('one'), { origins: [one.url], onForeignOrigin: 'pass' }))
    .extend(bearerAuth(staticTokenSource('two'), { origins: [two.url], onForeignOrigin: 'pass' }));
  await api.get(one.url);
  await api.get(two.url);
  expect([one.authorizations, two.authorizations]).toEqual([[undefined], ['Bearer two']]);
});

describe('a header of ours', () => {
  /** A source whose every ask brings another token. */
  function manyTokens() {
    let serial = 0;
    return { getToken: async () => new AccessToken({ token: `one-of-many-${++serial}` }) };
  }

  /** A hook behind ours that waits while other calls get their tokens, and then does something. */
  const meanwhile = (work: () => Promise<unknown>, then: (request: Request) => Request | undefined) =>
    hooks({
      beforeRequest: [
        async ({ request }: { request: Request }) => {
          await work();
          return then(request);
        },
      ],
    });

  // Once 128 other headers were made, ours was taken for the caller's own: it went to the foreign server.
  test('goes nowhere else, however many other tokens were used since', async () => {
    await using world = await kyWorld();
    await using foreign = await recordingServer();
    const api = ky.extend(bearerAuth(manyTokens(), { origins: [world.server.url] }));
    const others = () => Promise.all(Array.from({ length: 200 }, () => api.get(world.server.url)));
    const moved = meanwhile(others, (request) => new Request(foreign.url, request));
    await expect(api.get(world.server.url, moved)).rejects.toMatchObject({ code: 'origin_not_allowed' });
    expect(foreign.seen).toEqual([]);
  });

  test('and its 401 is renewed', async () => {
    await using server = await recordingServer(statuses(...Array<number>(200).fill(200), 401));
    const api = ky.extend(bearerAuth(manyTokens(), { origins: [server.url] }));
    const others = () => Promise.all(Array.from({ length: 200 }, () => api.get(server.url)));
    const response = await api.get(
      server.url,
      meanwhile(others, () => undefined),
    );
    expect([response.status, server.seen.length]).toEqual([200, 202]);
  });
});
