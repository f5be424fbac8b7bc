import { ConfigurationError, staticTokenSource } from '@everbearer/core';
import { recordingServer } from '@everbearer/far-end/support/recording-server';
import { bearerAuth } from '@everbearer/ky-plugin';
import ky, { type Options } from 'ky';
import { expect, test } from 'vitest';

/** What passes the check of types, and that of ky. A function that is not spread is refused by both. */
const MISTAKES: [string, (auth: (parent: Options) => Options) => (url: string) => Promise<unknown>][] = [
  ['spread for another instance', (auth) => ky.extend({ ...auth, retry: 0 })],
  ['spread for a new instance', (auth) => ky.create({ ...auth, hooks: {} })],
  ['spread beside a fetch', (auth) => ky.extend({ ...auth, fetch: globalThis.fetch })],
  ['spread among the options of a call', (auth) => (url) => ky.post(url, { ...auth, json: {} })],
];

test.each(MISTAKES)('bearerAuth() as %s: a typed error, and nothing is sent', async (_, mistake) => {
  await using server = await recordingServer();
  const call = mistake(bearerAuth(staticTokenSource('t1'), { origins: [server.url] }));
  const error = await call(server.url).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({
    option: 'bearerAuth',
    message: expect.stringContaining('ky.extend(bearerAuth'),
  });
  expect(server.authorizations).toEqual([]);
});
