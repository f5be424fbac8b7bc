import {
  AuthError,
  type AuthEvent,
  createAuthFetch,
  staticTokenSource,
  type TokenSource,
} from '@everbearer/core';
import { challenging, recordingServer, statuses } from '@everbearer/far-end/support/recording-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

/* What a program hands over is called in the middle of requests: whatever it does, the call ends with a typed error or goes on. */

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(unhandled.splice(0)).toEqual([]);
});
afterAll(() => void process.off('unhandledRejection', note));

const mine = new RangeError('mine');
const thrown = () => {
  throw mine;
};
const rejected = () => Promise.reject(mine);
/** A promise of no known class, which complains in its own way when nobody listens. */
const rejectedElsewhere = () => {
  let heard = false;
  setTimeout(() => heard || note(mine), 0);
  return {
    // biome-ignore lint/suspicious/noThenProperty: that is what it is about
    then(_resolve: unknown, reject?: (reason: unknown) => void) {
      heard ||= reject !== undefined;
      reject?.(mine);
    },
  };
};
const WAYS: [string, () => unknown][] = [
  ['throws', thrown],
  ['rejects', rejected],
  ['rejects, as a promise of another library', rejectedElsewhere],
];
const as = <T>(value: unknown) => value as T;

describe.each(WAYS)('that %s', (_name, callback) => {
  test.each(['throw', 'pass'] as const)(
    'origins, with onForeignOrigin %s: a typed error, and nothing is sent',
    async (onForeignOrigin) => {
      await using server = await recordingServer();
      const origins = as<(url: URL) => boolean>(callback);
      const authFetch = createAuthFetch(staticTokenSource('abc'), { origins, onForeignOrigin });
      await expect(authFetch(server.url)).rejects.toMatchObject({ code: 'configuration', option: 'origins' });
      expect(server.seen).toEqual([]);
    },
  );

  test('a function that picks the source: a typed error, and nothing is sent', async () => {
    await using server = await recordingServer();
    const authFetch = createAuthFetch(as<() => TokenSource>(callback), { origins: [server.url] });
    await expect(authFetch(server.url)).rejects.toMatchObject({
      code: 'configuration',
      option: 'source',
      message: expect.stringMatching(/nothing was sent\. .*\.$/),
    });
    expect(server.seen).toEqual([]);
  });

  test('a peek: a typed error, and nothing is sent', async () => {
    await using server = await recordingServer();
    const source = as<TokenSource>({ ...staticTokenSource('abc'), peek: callback });
    const authFetch = createAuthFetch(source, { origins: [server.url] });
    await expect(authFetch(server.url)).rejects.toMatchObject({
      code: 'configuration',
      option: 'source.peek',
    });
    expect(server.seen).toEqual([]);
  });

  test('onEvent: the call goes on', async () => {
    await using server = await recordingServer(challenging(403, 'Bearer error="insufficient_scope"'));
    const onEvent = as<(event: AuthEvent) => void>(callback);
    const authFetch = createAuthFetch(staticTokenSource('abc'), { origins: [server.url], onEvent });
    expect((await authFetch(server.url)).status).toBe(403);
    await expect(authFetch('https://foreign.example/')).rejects.toMatchObject({ code: 'origin_not_allowed' });
  });

  test('isRejected: a typed error, and the caller that has left hears why it left', async () => {
    await using server = await recordingServer(statuses(400, 400));
    const isRejected = as<() => boolean>(callback);
    const authFetch = createAuthFetch(staticTokenSource('abc'), { origins: [server.url], isRejected });
    const told = (await authFetch(server.url).catch((e: unknown) => e)) as AuthError;
    expect(told).toMatchObject({ code: 'configuration', option: 'isRejected' });
    expect(told.cause).toMatchObject({ message: 'RangeError' });
    const controller = new AbortController();
    const late = createAuthFetch(staticTokenSource('abc'), {
      origins: [server.url],
      async isRejected() {
        controller.abort(new Error('left'));
        await new Promise((resolve) => setTimeout(resolve, 2));
        return callback() as boolean;
      },
    });
    await expect(late(server.url, { signal: controller.signal })).rejects.toThrow('left');
  });
});

describe.each(WAYS)('that %s', (name, callback) => {
  test('successes: a typed error', async () => {
    await using server = await recordingServer();
    const successes = as<() => boolean>(callback);
    const authFetch = createAuthFetch(staticTokenSource('abc'), { origins: [server.url], successes });
    await expect(authFetch(server.url)).rejects.toMatchObject({
      code: 'configuration',
      option: 'successes',
      message: expect.stringContaining(name === 'throws' ? 'threw' : 'promise'),
    });
  });
});

test('origins that answer with a promise allow nothing, and the error says why', async () => {
  await using server = await recordingServer();
  const origins = as<(url: URL) => boolean>(async () => true);
  for (const onForeignOrigin of ['throw', 'pass'] as const) {
    const authFetch = createAuthFetch(staticTokenSource('abc'), { origins, onForeignOrigin });
    await expect(authFetch(server.url)).rejects.toMatchObject({
      option: 'origins',
      message: expect.stringMatching(/promise.*at once/),
    });
  }
  expect(server.seen).toEqual([]);
});

test('an error of ours that a callback throws stays what it is', async () => {
  const ours = new AuthError({ code: 'mine', message: 'Look here.' });
  const throwing = () => {
    throw ours;
  };
  const origins = ['https://a.example'];
  await expect(createAuthFetch(throwing, { origins })('https://a.example')).rejects.toBe(ours);
  const source = { ...staticTokenSource('abc'), peek: throwing };
  await expect(createAuthFetch(source, { origins })('https://a.example')).rejects.toBe(ours);
});
