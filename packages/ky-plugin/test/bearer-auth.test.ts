import { AuthError, staticTokenSource } from '@everbearer/core';
import { only, recordingServer } from '@everbearer/far-end/support/recording-server';
import { bearerAuth, HeaderNotInjectedError } from '@everbearer/ky-plugin';
import ky, { type Options } from 'ky';
import { describe, expect, test } from 'vitest';
import { kyWorld } from './support/ky-world.ts';

test('every request bears the token, whatever its method', async () => {
  await using world = await kyWorld(undefined, { audit: true });
  for (const method of ['get', 'head', 'delete', 'post', 'put', 'patch'] as const)
    await world.api[method]('');
  for (const method of ['OPTIONS', 'QUERY', 'get']) await world.api('', { method });
  expect(world.server.authorizations).toEqual(Array(9).fill('Bearer t1'));
});

test('ky.create() on the extended instance is a plain ky, as with all options', async () => {
  await using world = await kyWorld();
  await world.api.create({ baseUrl: world.server.url }).get('');
  expect(world.server.authorizations).toEqual([undefined]);
});

describe('per call', () => {
  const byAccount = (origin: string) =>
    bearerAuth(({ account = 'main', scopes = [] }) => staticTokenSource([account, ...scopes].join('-')), {
      origins: [origin],
    });

  test.each<[string, Options, string | undefined]>([
    ['nothing said', {}, 'Bearer main'],
    ['other data for hooks', { context: { trace: 1 } }, 'Bearer main'],
    ['no token', { context: { auth: false } }, undefined],
    ['another account', { context: { auth: { account: 'b' } } }, 'Bearer b'],
    ['other scopes', { context: { auth: { account: 'b', scopes: ['s'] } } }, 'Bearer b-s'],
    [
      'as a later init hook says, in the same object',
      {
        hooks: { init: [({ context }) => Object.assign(context ?? {}, { auth: false })] },
      },
      undefined,
    ],
    [
      'as a later init hook says, in a new object',
      {
        hooks: {
          init: [
            (options) => {
              options.context = { auth: { account: 'c' } };
            },
          ],
        },
      },
      'Bearer c',
    ],
    [
      'nothing, where a later init hook throws the context away',
      { hooks: { init: [(options) => void Object.assign(options, { context: undefined })] } },
      'Bearer main',
    ],
    [
      'as a later beforeRequest hook says',
      {
        hooks: { beforeRequest: [({ options }) => void Object.assign(options.context, { auth: false })] },
      },
      undefined,
    ],
  ])('%s', async (_name, options, expected) => {
    await using server = await recordingServer();
    await ky.extend(byAccount(server.url)).get(server.url, options);
    expect(server.authorizations).toEqual([expected]);
  });

  test('what an instance says holds for its calls; the auth of a call takes its place as a whole', async () => {
    await using server = await recordingServer();
    const api = ky
      .extend(byAccount(server.url))
      .extend({ context: { auth: { account: 'b', scopes: ['s'] } } });
    await api.get(server.url);
    await api.get(server.url, { context: { auth: { account: 'c' } } });
    expect(server.authorizations).toEqual(['Bearer b-s', 'Bearer c']);
  });

  test.each<[string, unknown, string]>([
    ['a text', 'b', 'auth'],
    ['a list', [], 'auth'],
    ['true', true, 'auth'],
    ['an account that is a number', { account: 7 }, 'auth.account'],
    ['an account in vain', { account: 'b' }, 'auth.account'],
    ['a misspelt member', { acount: 'b' }, 'auth.acount'],
  ])('%s is a mistake, and nothing is sent', async (_name, auth, option) => {
    await using world = await kyWorld();
    const call = world.api.get('', { context: { auth } } as Options);
    await expect(call).rejects.toMatchObject({ code: 'configuration', option });
    expect(world.server.seen).toEqual([]);
  });
});

test.each<[object, string]>([
  [{ audti: true }, '`audti`. Did you mean `audit`?'],
  [{ origin: ['https://a.example'] }, '`origin`. Did you mean `origins`?'],
  [{ fetch: () => undefined }, '`fetch`. Known are: '],
])('an option that nobody reads is refused: %j', (more, says) => {
  const options = { origins: ['https://a.example'], ...more };
  const make = () => bearerAuth(staticTokenSource('abc'), options);
  expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
  expect(make).toThrow(`bearerAuth() knows no option ${says}`);
});

test('audit must be true or false', () => {
  const options = { origins: ['https://a.example'], audit: 'yes' as never };
  expect(() => bearerAuth(staticTokenSource('abc'), options)).toThrow(
    expect.objectContaining({ name: 'ConfigurationError', option: 'audit' }),
  );
});

describe('the audit', () => {
  test('its error has a name, a stable code, and a message that ends with the remedy', () => {
    const error = new HeaderNotInjectedError({ origin: 'https://a.example' });
    expect(error).toBeInstanceOf(AuthError);
    expect([error.name, error.code]).toEqual(['HeaderNotInjectedError', 'header_not_injected']);
    expect(error.message).toMatch(/https:\/\/a\.example.*Keep the hooks of bearerAuth\(\)/);
  });

  const cleared = { init: undefined } as unknown as NonNullable<Options['hooks']>;
  const bare: Options = { hooks: cleared, fetch: (input, init) => fetch(input, init) };

  test('finds a call that nothing of the guard saw', async () => {
    await using world = await kyWorld(undefined, { audit: true });
    await expect(world.api.get('', bare)).rejects.toBeInstanceOf(HeaderNotInjectedError);
  });

  test.each<[string, Options]>([
    ['a call that opts out', { ...bare, context: { auth: false } }],
    ['a response that a hook made up', { hooks: { beforeRequest: [() => new Response('cached')] } }],
    ['an ordinary call', {}],
    ['a call with a fetch of its own', { fetch: (input, init) => fetch(input, init) }],
  ])('lets pass %s', async (_name, options) => {
    await using world = await kyWorld(undefined, { audit: true });
    expect((await world.api.get('', options)).status).toBe(200);
  });
});

describe('the credential of the caller', () => {
  const headers = { authorization: 'Basic eHg=' };

  test.each<[string, (api: typeof ky, url: string) => Promise<Response>]>([
    ['of the call', (api) => api.get('', { headers, throwHttpErrors: false })],
    ['of the instance', (api) => api.extend({ headers }).get('', { throwHttpErrors: false })],
    ['in a Request', (api, url) => api(new Request(url, { headers }), { throwHttpErrors: false })],
  ])('%s is left alone, and its 401 is the caller’s', async (_name, call) => {
    await using world = await kyWorld(only('t2'));
    expect((await call(world.api, world.server.url)).status).toBe(401);
    expect(world.server.authorizations).toEqual(['Basic eHg=']);
    expect(world.source.asks).toEqual([]);
  });

  test('an empty one is none, and neither is one of ours from an earlier call', async () => {
    await using world = await kyWorld(only('t2'));
    await world.api.get('');
    for (const value of ['', 'Bearer undefined', 'null', 'Bearer t1'])
      await world.api.get('', { headers: { authorization: value } });
    expect(world.server.authorizations).toEqual(['Bearer t1', ...Array(5).fill('Bearer t2')]);
  });
});

describe('no token: nothing is sent, and ky does not try again', () => {
  test.each<[string, unknown, object]>([
    [
      'a source whose own request fails',
      new TypeError('fetch failed'),
      { name: 'AuthError', code: 'no_token' },
    ],
    ['a source with an error of its own', new RangeError('mine'), { name: 'RangeError', message: 'mine' }],
  ])('%s', async (_name, failure, expected) => {
    await using server = await recordingServer();
    let asks = 0;
    const source = {
      getToken: () => {
        asks++;
        return Promise.reject(failure as Error);
      },
    };
    const api = ky.extend(bearerAuth(source, { origins: [server.url] }));
    const seen: unknown[] = [];
    const beforeError = [
      ({ error }: { error: Error }) => {
        seen.push(error);
        return error;
      },
    ];
    // In the hook, and, where a call has lost that, in the guard.
    for (const hooks of [{ beforeError }, { beforeError, beforeRequest: undefined }] as Options['hooks'][])
      await expect(api.get(server.url, { hooks } as Options)).rejects.toMatchObject(expected);
    expect([asks, seen.length, server.seen]).toEqual([2, 2, []]);
  });
});
