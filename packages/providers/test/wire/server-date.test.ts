import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpDate } from '../../src/wire/http-date.ts';
import { retryAfterMs } from '../../src/wire/retry-after.ts';
import { context } from '../support/context.ts';
import { tokenServer } from '../support/token-server.ts';

const INSTANT = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('an HTTP date', () => {
  // A machine far from Greenwich: what names no zone must not be read as its local time.
  const zone = process.env['TZ'];
  beforeEach(() => {
    process.env['TZ'] = 'America/New_York';
  });
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  test.each<[string | null, number | undefined]>([
    ['Sun, 06 Nov 1994 08:49:37 GMT', INSTANT],
    ['Sunday, 06-Nov-94 08:49:37 GMT', INSTANT],
    ['Sun Nov  6 08:49:37 1994', INSTANT],
    ['Sun Nov 06 08:49:37 1994', INSTANT],
    ['Sun, 06 Nov 1994 08:49:37', undefined],
    ['Sun, 06 Nov 1994 08:49:37 EST', undefined],
    ['Sun, 99 Nov 1994 08:49:37 GMT', undefined],
    ['Sun Nov  6 1994', undefined],
    ['06 Nov 1994 08:49:37 GMT', undefined],
    ['1994-11-06T08:49:37Z', undefined],
    ['784111777', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j', (text, expected) => {
    expect(new Date(INSTANT).getHours()).toBe(3);
    expect(httpDate(text)).toBe(expected);
  });

  test('Retry-After in the oldest form counts in UTC', () => {
    const headers = new Headers({ 'retry-after': 'Sun Nov  6 08:50:07 1994' });
    expect(retryAfterMs(headers, INSTANT)).toBe(30_000);
  });
});

describe.each(['oauth2()', 'microsoft()'])('%s tells the time of the server', (name) => {
  const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
  test.each<[string, Record<string, string>, number | undefined]>([
    ['as its reply does', { date }, INSTANT],
    ['unless a cache answered', { date, age: '0' }, undefined],
    ['unless it is no date', { date: 'today' }, undefined],
  ])('%s', async (_name, headers, expected) => {
    const server = await tokenServer({ headers, body: { access_token: 'at-1', token_type: 'Bearer' } });
    const common = { clientId: 'client-1', scopes: ['mail'] };
    const provider =
      name === 'oauth2()'
        ? oauth2({ ...common, tokenEndpoint: server.url })
        : microsoft({ ...common, tenantId: 'contoso.com', endpoints: { token: server.url } });
    const tokens = await provider.refresh({ refreshToken: 'rt-1' }, context());
    expect(tokens.serverDate).toBe(expected);
  });
});
