import { createTokenManager } from '@everbearer/core';
import { recordKey, storedToken } from '@everbearer/core/stored';
import { describe, expect, test } from 'vitest';
import { type CredentialRecord, serializeRecord } from '../../src/record/credential-record.ts';
import { accessOf, leaseOf, recordOf } from '../support/records.ts';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

const HOUR_MS = 3_600_000;
const NOW = 10 * HOUR_MS;
const provider = { id: 'p', scopes: ['b', 'a'] };
const token = accessOf('at-1', { obtainedAt: NOW - HOUR_MS / 2, expiresAt: NOW + HOUR_MS / 2 });

const found = (record: CredentialRecord, more = {}, ask = {}) =>
  storedToken(
    { data: serializeRecord(record), version: '1', ...more },
    { provider, account: 'default', now: () => NOW, ...ask },
  )?.token;
const holding = (changes: Partial<CredentialRecord> = {}) =>
  recordOf({ accessTokens: { 'a b': token }, ...changes });

test('is the token of a record with nothing else to do', () => {
  expect(found(holding())).toBe('at-1');
  expect(found(holding(), {}, { minLifeMs: HOUR_MS / 2 - 1 })).toBe('at-1');
  const endless = accessOf('at-2', { obtainedAt: 0 });
  expect(found(holding({ accessTokens: { 'a b': endless } }))).toBe('at-2');
});

describe('is left to a token manager where', () => {
  const at = (changes: Partial<typeof token>) =>
    holding({ accessTokens: { 'a b': { ...token, ...changes } } });
  test.each<[string, CredentialRecord, object?, object?]>([
    ['there is none', recordOf()],
    ['it is for other scopes', holding({ accessTokens: { a: token } })],
    ['it has ended', at({ expiresAt: NOW })],
    ['somebody would renew it by now', at({ expiresAt: NOW + 2 * 60_000 })],
    ['the server wants it renewed', at({ renewAt: NOW - 1 })],
    ['it does not live long enough', holding(), {}, { minLifeMs: HOUR_MS / 2 + 1 }],
    ['it is bound to a key', at({ tokenType: 'DPoP', dpopKey: 'key' })],
    ['somebody is renewing, or was', holding({ lease: leaseOf('lease-1') })],
    ['somebody signed out', holding({ state: 'signed_out' })],
    ['a person must sign in', holding({ state: 'reauthorization_required', reason: 'revoked' })],
    ['the record is of another account', holding({ account: 'ops' })],
    ['it stood behind damage', holding(), { recovered: true }],
    ['the record is damaged', holding(), { data: '{"schema":1' }],
    ['its schema is of another time', holding(), { data: '{"schema":2}' }],
  ])('%s', (_, record, more = {}, ask = {}) => {
    expect(found(record, more, ask)).toBeUndefined();
  });
});

test('finds what a token manager stored, under the same key', async () => {
  const server = strictServer();
  const { backend } = sharedStore();
  const manager = createTokenManager({ provider: server.provider, backend, account: 'ops' });
  await manager.signIn(server.signIn());
  const { token } = await manager.getToken();
  const stored = await backend.load(await recordKey(server.provider, 'ops'));
  expect(stored && storedToken(stored, { provider: server.provider, account: 'ops' })?.token).toBe(token);
  expect(await backend.load(await recordKey(server.provider, 'sales'))).toBeUndefined();
});
