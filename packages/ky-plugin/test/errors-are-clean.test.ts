import { AccessToken, createAuthFetch, type TokenSource } from '@everbearer/core';
import { everythingShownBy } from '@everbearer/far-end/support/everything-shown';
import { type Answer, hang, recordingServer } from '@everbearer/far-end/support/recording-server';
import { bearerAuth } from '@everbearer/ky-plugin';
import ky, { HTTPError, type KyInstance, NetworkError, type Options, TimeoutError } from 'ky';
import { describe, expect, test } from 'vitest';

/* What a client throws ends up in logs: nothing of ours may be reachable from it, however it is looked at. */

const SECRET = 'CANARY-7e41-in-errors';
const OTHER = 'CANARY-7e41-renewed';

const source = (peeks: boolean): TokenSource => {
  let held = SECRET;
  return {
    async getToken(ask) {
      if (ask?.rejected === SECRET) held = OTHER;
      return new AccessToken({ token: held });
    },
    ...(peeks && { peek: () => new AccessToken({ token: held }) }),
  };
};

const own: NonNullable<Options['fetch']> = (input, init) => fetch(input, init);
const alone: NonNullable<Options['fetch']> = (input) => fetch(input);
const status =
  (code: number): Answer =>
  (_seen, response) => {
    response.writeHead(code, { 'content-type': 'application/json' }).end('{"no":"secrets"}');
  };
const broken: Answer = (_seen, response) => void response.destroy();

const PATHS: [string, Answer, Options, unknown][] = [
  ['a refusal', status(403), {}, HTTPError],
  ['a 401 that stays', status(401), {}, HTTPError],
  ['a server error', status(500), { retry: { limit: 2, delay: () => 0 } }, HTTPError],
  ['a server error of a POST', status(500), { method: 'post', json: { a: 1 } }, HTTPError],
  ['no time', hang, { timeout: 60 }, TimeoutError],
  ['no time in all', hang, { totalTimeout: 80 }, TimeoutError],
  [
    'no time with retries',
    hang,
    { timeout: 40, retry: { limit: 1, retryOnTimeout: true, delay: () => 0 } },
    TimeoutError,
  ],
  ['a connection that breaks', broken, {}, NetworkError],
  ['one that breaks under a POST', broken, { method: 'post', json: {} }, NetworkError],
  ['one that breaks again and again', broken, { retry: { limit: 2, delay: () => 0 } }, NetworkError],
];
const CHAINS: [string, Options][] = [
  ['plain', {}],
  ['without retries', { retry: 0 }],
  ['with a fetch of its own', { fetch: own }],
  ['with a fetch that takes the Request alone', { fetch: alone, retry: 0 }],
  ['with hooks', { hooks: { beforeRequest: [() => undefined], afterResponse: [() => undefined] } }],
  ['with an account', { context: { auth: { scopes: ['a'] } } }],
  ['with a later init hook', { hooks: { init: [() => undefined] } }],
  ['with progress', { onUploadProgress: () => undefined }],
];

/** Retries as by default, but at once. */
const atOnce = ky.extend({ retry: { delay: () => 0 } });

describe.each(PATHS)('%s', (_name, answer, options, kind) => {
  test.each(CHAINS)('%s', async (_chain, more) => {
    for (const peeks of [false, true]) {
      await using server = await recordingServer(answer);
      const told: unknown[] = [];
      const looking: Options = {
        hooks: {
          beforeError: [
            (state) => {
              told.push(state);
              return state.error;
            },
          ],
          beforeRetry: [(state) => void told.push(state)],
        },
      };
      const auth = bearerAuth(source(peeks), { origins: [server.url], audit: peeks });
      const api: KyInstance = atOnce.extend(auth);
      const error = await api(server.url, { ...more, ...options })
        .then(() => undefined)
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(kind);
      await api
        .extend(looking)(server.url, { ...more, ...options })
        .catch(() => undefined);
      expect(server.authorizations[0]).toBe(`Bearer ${SECRET}`);
      expect(told).not.toEqual([]);
      expect(everythingShownBy([error, told]).filter((text) => /CANARY-7e41/.test(text))).toEqual([]);
    }
  });
});

describe('fetch', () => {
  test.each<[string, Answer, (signal: AbortSignal) => RequestInit]>([
    ['a connection that breaks', broken, () => ({})],
    ['an abort', hang, (signal) => ({ signal })],
    [
      'a redirect that is an error',
      (_seen, response) => void response.writeHead(302, { location: '/' }).end(),
      () => ({ redirect: 'error' }),
    ],
    [
      'redirects without end',
      (_seen, response) => void response.writeHead(302, { location: '/' }).end(),
      () => ({}),
    ],
  ])('%s', async (_name, answer, init) => {
    await using server = await recordingServer(answer);
    const authFetch = createAuthFetch(source(false), { origins: [server.url] });
    for (const input of [server.url, new Request(server.url)]) {
      const error = await authFetch(input, init(AbortSignal.timeout(60))).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(everythingShownBy([error, input]).filter((text) => text.includes('CANARY-7e41'))).toEqual([]);
    }
    expect(server.authorizations[0]).toBe(`Bearer ${SECRET}`);
  });
});

test('what looks for leaks finds them wherever they are', () => {
  class Hidden {
    get secret() {
      return SECRET;
    }
  }
  const leaks: unknown[] = [
    new Error(SECRET),
    new Error('x', { cause: new Error(SECRET) }),
    { deep: { deeper: new Map([['a', [SECRET]]]) } },
    { [Symbol('state')]: { issued: SECRET } },
    Object.defineProperty({}, 'hidden', { value: SECRET }),
    new Hidden(),
    Object.create({ inherited: SECRET }),
    new Request('http://a.example', { headers: { authorization: SECRET } }),
    Object.assign(new Error('x'), {
      request: new Request('http://a.example', { headers: { authorization: SECRET } }),
    }),
    new Set([SECRET]),
    Object.assign(() => undefined, { state: SECRET }),
    { toJSON: () => SECRET },
  ];
  for (const leak of leaks)
    expect(everythingShownBy([leak]).some((text) => text.includes(SECRET))).toBe(true);
});
