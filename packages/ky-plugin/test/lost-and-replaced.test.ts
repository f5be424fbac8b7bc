import { type AuthEvent, staticTokenSource } from '@everbearer/core';
import { countingSource, gate } from '@everbearer/far-end/support/counting-source';
import { recordingServer } from '@everbearer/far-end/support/recording-server';
import { bearerAuth, HeaderNotInjectedError } from '@everbearer/ky-plugin';
import ky, { type KyInstance, type Options, replaceOption } from 'ky';
import { describe, expect, test } from 'vitest';

/* Two of ours on one chain, and calls that have lost what tells whose they are. */

const hooks = (given: unknown) => ({ hooks: given }) as Options;
const own: NonNullable<Options['fetch']> = (input, init) => fetch(input, init);
const fixed = (token: string, origin: string, more: object = {}) =>
  bearerAuth(staticTokenSource(token), { origins: [origin], ...more });

describe('of two on one chain the later one wins, whole', () => {
  const wraps = hooks({
    init: [
      (options: Options) => {
        const { fetch: inner = own } = options;
        options.fetch = (input, init) => inner(new Request(input as Request), init);
      },
    ],
  });

  test.each<[string, (url: string, more: object) => KyInstance]>([
    ['one after the other', (url, more) => ky.extend(fixed('one', url, more)).extend(fixed('two', url))],
    [
      'in one extend',
      (url, more) => {
        const [one, two] = [fixed('one', url, more), fixed('two', url)];
        return ky.extend(one).extend((parent) => ({ ...two(parent) }));
      },
    ],
    [
      'with options between',
      (url, more) =>
        ky
          .extend(fixed('one', url, more))
          .extend({ retry: 1, headers: { a: 'b' } })
          .extend(fixed('two', url)),
    ],
    [
      'with a fetch between',
      (url, more) =>
        ky
          .extend(fixed('one', url, more))
          .extend({ fetch: own })
          .extend(fixed('two', url)),
    ],
    [
      'with a fetch behind',
      (url, more) =>
        ky
          .extend(fixed('one', url, more))
          .extend(fixed('two', url))
          .extend({ fetch: own }),
    ],
    [
      'with a fetch wrapped between',
      (url, more) =>
        ky
          .extend(fixed('one', url, more))
          .extend(wraps)
          .extend(fixed('two', url)),
    ],
    [
      'with a fetch wrapped before',
      (url, more) =>
        ky
          .extend(wraps)
          .extend(fixed('one', url, more))
          .extend(fixed('two', url)),
    ],
    [
      'with a fetch wrapped behind',
      (url, more) =>
        ky
          .extend(fixed('one', url, more))
          .extend(fixed('two', url))
          .extend(wraps),
    ],
    [
      'three of them',
      (url, more) =>
        ky
          .extend(fixed('one', url, more))
          .extend(fixed('zero', url))
          .extend(fixed('two', url)),
    ],
    [
      'the same one again',
      (url, more) => {
        const two = fixed('two', url);
        return ky
          .extend(two)
          .extend(fixed('one', url, more))
          .extend(two);
      },
    ],
  ])('%s', async (_name, make) => {
    await using server = await recordingServer();
    const events: AuthEvent[] = [];
    const more = { audit: true, onEvent: (event: AuthEvent) => void events.push(event) };
    const api = make(server.url, more);
    await api.get(server.url);
    await api.post(server.url, { json: { a: 1 } });
    await api.get(server.url, { fetch: own });
    await api.get(server.url, { context: { auth: false } });
    expect(server.authorizations).toEqual(['Bearer two', 'Bearer two', 'Bearer two', undefined]);
    expect(events).toEqual([]);
  });

  test('its origins, too: those of the earlier one are no longer asked', async () => {
    await using one = await recordingServer();
    await using two = await recordingServer();
    const api = ky.extend(fixed('one', one.url)).extend(fixed('two', two.url));
    await api.get(two.url);
    await expect(api.get(one.url)).rejects.toMatchObject({ code: 'origin_not_allowed' });
    expect([one.seen, two.authorizations]).toEqual([[], ['Bearer two']]);
  });

  test('its source alone is asked', async () => {
    await using server = await recordingServer();
    const [one, two] = [countingSource(), countingSource()];
    const api = ky
      .extend(bearerAuth(one, { origins: [server.url] }))
      .extend(bearerAuth(two, { origins: [server.url] }));
    await api.post(server.url, { json: {} });
    expect([one.asks.length, two.asks.length > 0]).toEqual([0, true]);
  });

  test('an instance made before the second one keeps the first', async () => {
    await using server = await recordingServer();
    const first = ky.extend(fixed('one', server.url));
    first.extend(fixed('two', server.url));
    await first.get(server.url);
    expect(server.authorizations).toEqual(['Bearer one']);
  });
});

describe('a call that has lost the init hook is refused, not answered for somebody else', () => {
  const byAccount = (origin: string) =>
    bearerAuth(({ account = 'main' }) => staticTokenSource(account), { origins: [origin] });

  const LOSSES: [string, (api: KyInstance) => KyInstance][] = [
    ['init is cleared', (api) => api.extend(hooks({ init: undefined }))],
    [
      'all hooks are cleared',
      (api) => api.extend({ hooks: undefined } as unknown as Options).extend(hooks(replaceOption({}))),
    ],
    [
      'all hooks are replaced',
      (api) => api.extend(hooks(replaceOption({ beforeRequest: [() => undefined] }))),
    ],
    [
      'init is cleared, with a fetch of its own',
      (api) => api.extend({ ...hooks({ init: undefined }), fetch: own }),
    ],
    [
      'its options were copied by hand',
      (api) => {
        let copied: Options = {};
        api.extend((parent) => {
          copied = { ...parent };
          return {};
        });
        const { hooks: _lost, ...rest } = copied;
        return ky.create(rest);
      },
    ],
  ];
  const CALLS: [string, Options][] = [
    ['a call that says nothing', {}],
    ['another account', { context: { auth: { account: 'b' } } }],
    ['other scopes', { context: { auth: { scopes: ['s'] } } }],
    ['a body', { method: 'post', json: {} }],
    ['a header of ours that somebody copied', { headers: { authorization: 'Bearer main' } }],
  ];

  test.each(LOSSES)('%s', async (_name, lose) => {
    await using server = await recordingServer();
    const whole = ky.extend(byAccount(server.url));
    await whole.get(server.url);
    expect(server.seen.splice(0)).toHaveLength(1);
    const api = lose(whole);
    for (const [, options] of CALLS) {
      const error = await api(server.url, options).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(HeaderNotInjectedError);
      expect((error as Error).message).toMatch(/was not sent.*Keep the hooks of bearerAuth\(\)/);
    }
    expect(server.seen).toEqual([]);
  });

  test.each(LOSSES)('%s, and `auth: false` bears no token', async (_name, lose) => {
    await using server = await recordingServer();
    const error = await lose(ky.extend(byAccount(server.url)))
      .get(server.url, { context: { auth: false } })
      .then(() => undefined)
      .catch((thrown: unknown) => thrown);
    expect(new Set(server.authorizations)).toEqual(new Set(server.seen.length === 0 ? [] : [undefined]));
    // Where that is not seen any more, it is no remedy, and the message must not say so.
    if (error === undefined) return;
    expect((error as Error).message).not.toContain('auth: false');
    expect((error as Error).message).toMatch(/a ky without bearerAuth\(\)/);
  });

  test('the credential of the caller goes, and so does a call to where no token may go', async () => {
    await using server = await recordingServer();
    await using foreign = await recordingServer();
    const passing = bearerAuth(staticTokenSource('one'), { origins: [server.url], onForeignOrigin: 'pass' });
    const api = ky.extend(passing).extend(hooks({ init: undefined }));
    await api.get(server.url, { headers: { authorization: 'Basic mine' } });
    await api.get(foreign.url);
    expect([server.authorizations, foreign.authorizations]).toEqual([['Basic mine'], [undefined]]);
  });
});

describe('`context.auth` is read once, when the call is made', () => {
  test('what becomes of the object afterwards does not matter', async () => {
    await using server = await recordingServer();
    const waiting = gate();
    const picked: (string | undefined)[] = [];
    const source = {
      async getToken() {
        await waiting.promise;
        return { token: 'abc' };
      },
    };
    const pick = ({ account }: { account?: string | undefined }) => {
      picked.push(account);
      return source;
    };
    const auth = { account: 'mine', scopes: ['read'] };
    const pending = ky
      .extend(bearerAuth(pick, { origins: [server.url] }))
      .get(server.url, { context: { auth } });
    Object.assign(auth, { account: 'other' });
    auth.scopes.push('write');
    setTimeout(waiting.open, 20);
    await pending;
    expect(new Set(picked)).toEqual(new Set(['mine']));
  });

  test('each of its members, and it is one account for the whole call', async () => {
    let status = 503;
    await using server = await recordingServer((_seen, response) => {
      response.statusCode = status;
      status = 200;
    });
    let reads = 0;
    const auth = {
      get account() {
        return ++reads === 1 ? 'mine' : 'other';
      },
    };
    const api = ky
      .create({ retry: { limit: 1, delay: () => 0 } })
      .extend(bearerAuth(({ account = 'none' }) => staticTokenSource(account), { origins: [server.url] }));
    await api.get(server.url, { context: { auth } });
    expect([reads, server.authorizations]).toEqual([1, ['Bearer mine', 'Bearer mine']]);
  });
});

test('a hook that answers with what only says that it is a Request is taken at its word, and checked', async () => {
  await using server = await recordingServer();
  await using foreign = await recordingServer();
  const api = ky.create({ retry: 0 }).extend(fixed('one', server.url));
  const lying = (shown: string, real: string) =>
    hooks({
      beforeRequest: [
        () =>
          new (class extends Request {
            override get url() {
              return shown;
            }
          })(real),
      ],
    });
  await api.get(server.url, lying(server.url, foreign.url)).catch(() => undefined);
  expect(foreign.seen).toEqual([]);
  const claimed = {
    [Symbol.toStringTag]: 'Request',
    url: `${server.url}/x`,
    method: 'PUT',
    headers: new Headers({ 'x-a': 'b' }),
    body: null,
    toString: () => foreign.url,
  };
  await api.get(server.url, hooks({ beforeRequest: [() => claimed] }));
  expect(foreign.seen).toEqual([]);
  expect(server.seen.at(-1)).toMatchObject({
    method: 'PUT',
    path: '/x',
    authorization: 'Bearer one',
    headers: { 'x-a': 'b' },
  });
});
