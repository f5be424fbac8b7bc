import type { TokenSet } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { type CredentialRecord, parseRecord, serializeRecord } from '../../src/record/credential-record.ts';
import { receiveTokens } from '../../src/record/received-tokens.ts';
import { renewedRecord, signedInRecord } from '../../src/record/record-transitions.ts';
import { accessOf, grantOf, recordOf, refusalOf } from '../support/records.ts';

const NOW = 1_700_000_000_000;
const YEAR = 366 * 24 * 3_600_000;

/** What the store would hand back after a renewal that brought these tokens. */
function renewedWith(tokens: TokenSet, record = recordOf()): CredentialRecord {
  const ids = { grantId: 'grant-2', scope: 'read', now: NOW, oldAccessTokenDies: false };
  return parseRecord(serializeRecord(renewedRecord(record, receiveTokens(tokens, NOW), ids)), '1');
}

/** What a server or a careless provider may say, past the types. */
const said = (tokens: Record<string, unknown>) =>
  ({ accessToken: 'at', refreshToken: 'rt', ...tokens }) as TokenSet;

describe('whatever a token response says, the record made of it can be read again', () => {
  test.each<[string, TokenSet]>([
    ['the least', { accessToken: 'at' }],
    ['times as text', said({ expiresAt: '9e12', renewAt: '9e12', refreshTokenExpiresAt: '9e12' })],
    ['times that are no number', said({ expiresAt: Number.NaN, renewAt: Number.NaN })],
    ['times without end', said({ expiresAt: Number.POSITIVE_INFINITY, renewAt: Number.POSITIVE_INFINITY })],
    ['an end beyond all time', said({ expiresAt: 1e300 })],
    ['a renewal beyond all time', said({ renewAt: 1e300 })],
    ['an end of the refresh token beyond all time', said({ refreshTokenExpiresAt: 1e300 })],
    ['times gone by', said({ expiresAt: NOW - 1, renewAt: -NOW, refreshTokenExpiresAt: 0 })],
    ['scopes as text', said({ scopes: 'read write' })],
    ['scopes of mixed kind', said({ scopes: ['read', 5, null, { a: 1 }] })],
    ['two thousand scopes', said({ scopes: Array.from({ length: 2_000 }, (_, i) => `scope-${i}`) })],
    ['a scope of 5,000 characters', said({ scopes: ['x'.repeat(5_000)] })],
    ['an account that is a text', said({ account: 'me' })],
    ['a user name that is a number', said({ account: { username: 5 } })],
    ['a user name of 5,000 characters', said({ account: { username: 'x'.repeat(5_000) } })],
    ['a refresh token with a line break', said({ refreshToken: 'rt\r\n' })],
    ['an access token with a space', said({ accessToken: 'a t' })],
    ['a token type in capitals', said({ tokenType: 'BEARER' })],
    ['a token type that is none', said({ tokenType: { type: 'Bearer' } })],
  ])('%s', (_name, tokens) => {
    expect(renewedWith(tokens)).toMatchObject({ account: 'default', state: 'active', seq: 4 });
  });

  test('a hundred large access tokens for as many scopes', () => {
    const accessTokens = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [
        `scope-${i}`,
        accessOf('x'.repeat(8_000), { obtainedAt: NOW - i, expiresAt: NOW + 60_000 }),
      ]),
    );
    const record = renewedWith({ accessToken: 'y'.repeat(8_000) }, recordOf({ accessTokens }));
    expect(record.accessTokens['read']?.token).toHaveLength(8_000);
  });

  test('a scope that objects have by nature', () => {
    const ids = { grantId: 'g', scope: '__proto__', now: NOW, oldAccessTokenDies: false };
    const renewed = renewedRecord(recordOf(), receiveTokens({ accessToken: 'at' }, NOW), ids);
    expect(Object.keys(parseRecord(serializeRecord(renewed), '1').accessTokens)).toEqual(['__proto__']);
  });

  test('fifty sign-ins one after the other', () => {
    let record: CredentialRecord | undefined;
    let serial = 0;
    for (let i = 0; i < 50; i++) {
      const received = receiveTokens({ accessToken: 'at', refreshToken: 'rt' }, NOW);
      const signIn = { account: 'default', scope: 'read', received, now: NOW, seedId: `seed-${i}` };
      const next = signedInRecord(signIn, [record, record], () => `id-${serial++}`);
      record = parseRecord(serializeRecord(next), '1');
    }
    expect(record?.replaced).toHaveLength(32);
    expect(record?.seedIds[0]).toBe('seed-49');
  });
});

describe('what a token response changes', () => {
  const before = recordOf({
    grant: grantOf('grant-1', { expiresAt: 5_000 }),
    refused: { read: refusalOf('invalid_scope'), write: refusalOf('invalid_target') },
    accessTokens: {
      write: accessOf('at-w', { expiresAt: NOW + 1 }),
      old: accessOf('at-o', { expiresAt: NOW }),
    },
    failures: 3,
    notBefore: NOW,
    pauseMs: 1_000,
    lastFailure: { code: 'network', at: NOW },
    username: 'me',
  });

  test('no refresh token in it: the old one stays, with what is known of it', () => {
    const { grant, refused } = renewedWith({ accessToken: 'at' }, before);
    expect(grant).toEqual({
      id: 'grant-1',
      generation: 0,
      refreshToken: 'rt-of-grant-1',
      issuedAt: 1_000,
      expiresAt: 5_000,
    });
    expect(refused).toEqual({ write: refusalOf('invalid_target') });
  });

  test('the same refresh token again is no rotation', () => {
    expect(renewedWith({ accessToken: 'at', refreshToken: 'rt-of-grant-1' }, before).grant.id).toBe(
      'grant-1',
    );
  });

  test('a new refresh token is a new grant, a child of the old one, with nothing refused', () => {
    const { grant, refused } = renewedWith({ accessToken: 'at', refreshToken: 'rt-2' }, before);
    expect(grant).toEqual({ id: 'grant-2', generation: 1, refreshToken: 'rt-2', issuedAt: NOW });
    expect(refused).toEqual({});
  });

  test('failures and pauses are over; tokens of other scopes stay while they live', () => {
    const { failures, notBefore, pauseMs, lastFailure, accessTokens, username } = renewedWith(
      { accessToken: 'at' },
      before,
    );
    expect({ failures, notBefore, pauseMs, lastFailure }).toEqual({ failures: 0 });
    expect(username).toBe('me');
    expect(Object.keys(accessTokens).sort()).toEqual(['read', 'write']);
  });

  test('where a refresh ends the old access tokens, they go', () => {
    const ids = { grantId: 'g', scope: 'read', now: NOW, oldAccessTokenDies: true };
    const renewed = renewedRecord(before, receiveTokens({ accessToken: 'at' }, NOW), ids);
    expect(Object.keys(renewed.accessTokens)).toEqual(['read']);
  });

  test.each<[string, unknown, number | undefined]>([
    ['an hour', NOW + 3_600_000, NOW + 3_600_000],
    ['a year', NOW + YEAR, NOW + YEAR],
    ['more than a year', NOW + YEAR + 1, undefined],
    ['this very moment', NOW, undefined],
    ['the past', NOW - 1, undefined],
    ['a text', String(NOW + 1), undefined],
    ['nothing', undefined, undefined],
    ['no number', Number.NaN, undefined],
  ])('an end in %s is kept or counts as unknown', (_name, expiresAt, expected) => {
    expect(renewedWith(said({ expiresAt })).accessTokens['read']?.expiresAt).toBe(expected);
  });
});
