import { inspect } from 'node:util';
import { AccessToken, type AccessTokenInit, ConfigurationError, staticTokenSource } from '@everbearer/core';
import { describe, expect, test } from 'vitest';

const END = 1_900_000_000_000;

/** As a program without types may write it. */
const made = (init: object) => () => new AccessToken(init as AccessTokenInit);

describe('the type of a token', () => {
  test.each(['Bearer', 'bearer', 'BEARER', undefined])('%s is what is sent as Bearer', (tokenType) => {
    expect(new AccessToken({ token: 'abc', tokenType }).token).toBe('abc');
  });

  // It was kept, shown, and sent as Bearer all the same.
  test.each<[string, unknown]>([
    ['DPoP', 'DPoP'],
    ['pop', 'pop'],
    ['mac', 'mac'],
    ['nothing', ''],
    ['null', null],
    ['an object', { type: 'Bearer' }],
  ])('%s is refused', (_name, tokenType) => {
    const make = made({ token: 'abc', tokenType });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(expect.objectContaining({ option: 'tokenType' }));
  });

  test('is refused without being quoted: it may be a token in the wrong place', () => {
    expect(made({ token: 'abc', tokenType: 'secret' })).not.toThrow(/secret/);
  });
});

test.each<[string, string]>([
  ['expiresat', 'expiresAt'],
  ['scope', 'scopes'],
  ['tokentype', 'tokenType'],
])('`%s` is refused, and `%s` is suggested', (name, meant) => {
  const make = made({ token: 'abc', [name]: undefined });
  expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError', option: name }));
  expect(make).toThrow(`AccessToken knows no option \`${name}\`. Did you mean \`${meant}\`?`);
});

test.each<[string, unknown, string]>([
  ['a text', 'abc', 'options'],
  ['null', null, 'options'],
  ['an end as text', { token: 'abc', expiresAt: '2030' }, 'expiresAt'],
  ['an end as a date', { token: 'abc', expiresAt: new Date(END) }, 'expiresAt'],
  ['an end in seconds', { token: 'abc', expiresAt: END / 1000 }, 'expiresAt'],
  ['an end that is null', { token: 'abc', expiresAt: null }, 'expiresAt'],
  ['scopes as text', { token: 'abc', scopes: 'a b' }, 'scopes'],
  ['scopes of mixed kind', { token: 'abc', scopes: ['a', 5] }, 'scopes'],
])('%s is refused', (_name, init, option) => {
  const refusal = expect.objectContaining({ name: 'ConfigurationError', option });
  expect(made(init as object)).toThrow(refusal);
  if (typeof init === 'object' && init !== null)
    expect(() => staticTokenSource(init as AccessTokenInit)).toThrow(refusal);
});

test('an access token shows what it is for, and never itself', () => {
  const token = new AccessToken({ token: 'abc', expiresAt: END, scopes: ['a'] });
  expect([token.expiresAt, token.scopes]).toEqual([END, ['a']]);
  for (const shown of [inspect(token, { showHidden: true, getters: true }), JSON.stringify({ ...token })])
    expect(shown).not.toContain('abc');
  expect(JSON.parse(JSON.stringify(token))).toEqual({ token: '[redacted]', expiresAt: END, scopes: ['a'] });
});

describe('a static source', () => {
  test.each<[string, string | AccessToken | AccessTokenInit]>([
    ['a text', 'abc'],
    ['an access token', new AccessToken({ token: 'abc' })],
    ['a plain object', { token: 'abc' }],
  ])('of %s', async (_name, given) => {
    const source = staticTokenSource(given);
    expect(source.peek?.()?.token).toBe('abc');
    expect((await source.getToken()).token).toBe('abc');
    await expect(source.getToken({ rejected: 'abc' })).rejects.toMatchObject({ code: 'token_rejected' });
  });

  test('of a plain object knows when that expires', async () => {
    const source = staticTokenSource({ token: 'abc', expiresAt: Date.now() - 1 });
    expect(source.peek?.()).toBeUndefined();
    await expect(source.getToken()).rejects.toMatchObject({ code: 'token_rejected' });
  });

  test.each<[string, unknown, string]>([
    ['an empty text', '', 'token'],
    ['nothing', undefined, 'token'],
    ['null', null, 'token'],
    ['an object without a token', {}, 'token'],
    ['an object of another type', { token: 'abc', tokenType: 'DPoP' }, 'tokenType'],
    ['a misspelt member', { token: 'abc', expiresat: 1 }, 'expiresat'],
  ])('of %s is refused', (_name, given, option) => {
    const make = () => staticTokenSource(given as string);
    expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
  });
});
