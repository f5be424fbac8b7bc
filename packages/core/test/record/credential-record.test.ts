import { inspect } from 'node:util';
import { TokenBackendError } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import {
  type CredentialRecord,
  parseRecord,
  scopeOf,
  serializeRecord,
} from '../../src/record/credential-record.ts';
import { accessOf, grantOf, leaseOf, recordOf, refusalOf } from '../support/records.ts';

/** In every value of every damaged record; never in an error. */
const MARK = 'SECRET-IN-RECORD';
const VERSION = `${MARK}-version`;

const full: CredentialRecord = recordOf({
  account: `${MARK}-account`,
  replaced: ['f-1', 'f-2'],
  reason: 'revoked',
  revokeLate: true,
  grant: grantOf('g', { generation: 4, refreshToken: MARK, expiresAt: 9_000 }),
  refusal: refusalOf('consent_required', { asked: true }),
  refused: { write: refusalOf('invalid_scope', { status: 400, description: `${MARK}?` }) },
  accessTokens: {
    read: accessOf(MARK, { scopes: ['read'], expiresAt: 9_000, renewAt: 8_000 }),
    '': accessOf(`${MARK}-2`),
  },
  lease: leaseOf('l', { tookOver: true }),
  notBefore: 5_000,
  pauseMs: 3_000,
  lastFailure: {
    code: 'network',
    status: 502,
    description: MARK,
    message: `${MARK}.`,
    cause: 'ECONNRESET',
    at: 4_000,
  },
  seedIds: ['s'],
  username: 'user@example.com',
  userId: 'tenant id',
});

/** The full record as text, with these fields in place of its own. */
const having = (changes: Record<string, unknown>) => JSON.stringify({ ...full, ...changes });
const grant = (changes: object) => having({ grant: { ...full.grant, ...changes } });
const access = (changes: object) => having({ accessTokens: { read: { ...accessOf(MARK), ...changes } } });
const lease = (changes: object) => having({ lease: { ...leaseOf('l'), ...changes } });
const lacking = (name: string) => having({ [name]: undefined });
const many = (count: number) => Array.from({ length: count }, (_, i) => `${MARK}-${i}`);
const long = MARK.repeat(300);
const nested = (depth: number) => `${'['.repeat(depth)}"${MARK}"${']'.repeat(depth)}`;

/** A star stands for whatever the message puts in place of a key, which is content like any other. */
const matching = (mention: string) => new RegExp(mention.replaceAll('.', '\\.').replace('*', '.*'));

function failure(text: string): TokenBackendError {
  try {
    parseRecord(text, VERSION);
  } catch (error) {
    if (error instanceof TokenBackendError) return error;
    throw error;
  }
  throw new Error('the record was accepted');
}

describe('a record written and read again', () => {
  test.each<[string, CredentialRecord]>([
    ['with every field', full],
    ['with the least', recordOf()],
    ['without a refresh token', recordOf({ grant: { generation: 0, id: 'g', issuedAt: 0 } })],
    ['signed out', recordOf({ state: 'signed_out', revokeLate: false })],
    ['from before the epoch', recordOf({ signedInAt: -1 })],
    [
      'with a scope called __proto__',
      recordOf({ refused: Object.fromEntries([['__proto__', refusalOf('x')]]) }),
    ],
    [
      'with a refresh token of 17 KiB',
      recordOf({ grant: grantOf('g', { refreshToken: 'x'.repeat(17_408) }) }),
    ],
    ['with a refresh token that has spaces', recordOf({ grant: grantOf('g', { refreshToken: ' a "b" ' }) })],
    ['with a token of 16 KiB', recordOf({ grant: grantOf('g', { refreshToken: 'x'.repeat(16_384) }) })],
    ['with names in every script', recordOf({ account: 'Zoë 🦊 日本\u0000"\\' })],
  ])('%s is the same', (_name, record) => {
    expect(parseRecord(serializeRecord(record), '1')).toEqual(record);
  });

  test.each<[string, unknown]>([
    ['at the top', { ...full, later: MARK, toString: MARK }],
    ['in the grant', { ...full, grant: { ...full.grant, later: MARK } }],
    [
      'in an access token',
      { ...full, accessTokens: { ...full.accessTokens, read: { ...full.accessTokens['read'], x: 1 } } },
    ],
    ['in the lease', { ...full, lease: { ...full.lease, x: [[[1]]] } }],
  ])('unknown fields %s are left behind', (_name, record) => {
    expect(parseRecord(JSON.stringify(record), '1')).toEqual(full);
  });

  test('a field called __proto__ changes no prototype', () => {
    const text = JSON.stringify(full).replace('{', '{"__proto__":{"polluted":true},');
    const read = parseRecord(text, '1');
    expect(read).toEqual(full);
    expect((read as unknown as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(read.refused)).toBeNull();
  });

  test('fields that only a prototype has do not count', () => {
    const text = JSON.stringify(full).replace(/"account":"[^"]*"/, '"__proto__":{"account":"x"}');
    expect(failure(text).message).toContain('`account`');
  });

  test('a scope is its scopes, sorted and once each', () => {
    expect(scopeOf(['b', 'a', 'b'])).toBe('a b');
    expect(scopeOf([])).toBe('');
  });
});

describe('a damaged or hostile record is refused by the name of what is wrong, without its content', () => {
  test.each<[string, string, string]>([
    // no record at all
    ['empty', '', 'not JSON'],
    ['blank', ' \n', 'not JSON'],
    ['text', MARK, 'not JSON'],
    ['half a record', serializeRecord(full).slice(0, 200), 'not JSON'],
    ['a record twice', serializeRecord(full).repeat(2), 'not JSON'],
    ['a byte order mark', `\ufeff${serializeRecord(full)}`, 'not JSON'],
    ['NUL bytes', '\u0000'.repeat(100), 'not JSON'],
    ['single quotes', `{'schema':1,'account':'${MARK}'}`, 'not JSON'],
    ['null', 'null', 'not a JSON object'],
    ['a number', '1', 'not a JSON object'],
    ['a text', JSON.stringify(MARK), 'not a JSON object'],
    ['a list', JSON.stringify([full]), 'not a JSON object'],
    ['deep', nested(10_000), 'not a JSON object'],
    ['huge', having({ later: 'x'.repeat(256 * 1024) }), 'larger than 256 KiB'],
    ['huge and no JSON', MARK.repeat(20_000), 'larger than 256 KiB'],
    // schema
    ['no schema', lacking('schema'), 'schema'],
    ['schema of tomorrow', having({ schema: 2 }), 'schema'],
    ['schema as text', having({ schema: '1' }), 'schema'],
    ['schema as list', having({ schema: [1] }), 'schema'],
    // top level
    ['no account', lacking('account'), '`account`'],
    ['account is null', having({ account: null }), '`account`'],
    ['account is an object', having({ account: { [MARK]: MARK } }), '`account`'],
    ['account is long', having({ account: long }), '`account`'],
    ['no writeId', lacking('writeId'), '`writeId`'],
    ['writeId is a number', having({ writeId: 5 }), '`writeId`'],
    ['no family', lacking('family'), '`family`'],
    ['family is a list', having({ family: [MARK] }), '`family`'],
    ['no signedInAt', lacking('signedInAt'), '`signedInAt`'],
    ['signedInAt as text', having({ signedInAt: MARK }), '`signedInAt`'],
    ['signedInAt beyond time', having({ signedInAt: 1e300 }), '`signedInAt`'],
    [
      'signedInAt overflows',
      serializeRecord(full).replace('"signedInAt":1000', '"signedInAt":1e999'),
      '`signedInAt`',
    ],
    ['no replaced', lacking('replaced'), '`replaced`'],
    ['replaced is an object', having({ replaced: { length: 0 } }), '`replaced`'],
    ['replaced holds a number', having({ replaced: [MARK, 1] }), '`replaced`'],
    ['replaced is endless', having({ replaced: many(33) }), '`replaced`'],
    ['replaced holds a long text', having({ replaced: [long] }), '`replaced`'],
    ['no seq', lacking('seq'), '`seq`'],
    ['seq as text', having({ seq: '3' }), '`seq`'],
    ['seq is negative', having({ seq: -1 }), '`seq`'],
    ['seq is a fraction', having({ seq: 0.5 }), '`seq`'],
    ['seq is beyond counting', having({ seq: 2 ** 53 }), '`seq`'],
    ['no state', lacking('state'), '`state`'],
    ['state unknown', having({ state: MARK }), '`state`'],
    ['state of every object', having({ state: 'constructor' }), '`state`'],
    ['reason is a number', having({ reason: 1 }), '`reason`'],
    ['reason unknown', having({ reason: MARK }), '`reason`'],
    ['revokeLate is a text', having({ revokeLate: 'true' }), '`revokeLate`'],
    ['failures as null', having({ failures: null }), '`failures`'],
    ['failures is negative', having({ failures: -1 }), '`failures`'],
    ['notBefore is null', having({ notBefore: null }), '`notBefore`'],
    ['notBefore beyond time', having({ notBefore: 8.65e15 }), '`notBefore`'],
    ['pauseMs is negative', having({ pauseMs: -1 }), '`pauseMs`'],
    ['pauseMs is no whole number', having({ pauseMs: 0.5 }), '`pauseMs`'],
    ['lastFailure is a text', having({ lastFailure: MARK }), '`lastFailure`'],
    ['lastFailure without a code', having({ lastFailure: { at: 1 } }), '`lastFailure.code`'],
    ['lastFailure of no time', having({ lastFailure: { code: 'x' } }), '`lastFailure.at`'],
    [
      'lastFailure of a long message',
      having({ lastFailure: { code: 'x', message: long, at: 1 } }),
      '`lastFailure.message`',
    ],
    [
      'lastFailure from an object',
      having({ lastFailure: { code: 'x', cause: { MARK }, at: 1 } }),
      '`lastFailure.cause`',
    ],
    ['no seedIds', lacking('seedIds'), '`seedIds`'],
    ['seedIds without end', having({ seedIds: many(65) }), '`seedIds`'],
    ['seedIds as text', having({ seedIds: MARK }), '`seedIds`'],
    ['username is an object', having({ username: { a: MARK } }), '`username`'],
    ['username is long', having({ username: long }), '`username`'],
    // grant
    ['no grant', lacking('grant'), '`grant`'],
    ['grant is null', having({ grant: null }), '`grant`'],
    ['grant is a list', having({ grant: [full.grant] }), '`grant`'],
    ['grant without id', grant({ id: undefined }), '`grant.id`'],
    ['grant of a wrong generation', grant({ generation: MARK }), '`grant.generation`'],
    ['refresh token empty', grant({ refreshToken: '' }), '`grant.refreshToken`'],
    ['refresh token with a line break', grant({ refreshToken: `${MARK}\r\nx: y` }), '`grant.refreshToken`'],
    ['refresh token as object', grant({ refreshToken: { value: MARK } }), '`grant.refreshToken`'],
    ['refresh token of 32 KiB and one', grant({ refreshToken: 'x'.repeat(32_767) }), '`grant.refreshToken`'],
    ['refresh token null', grant({ refreshToken: null }), '`grant.refreshToken`'],
    ['grant of no time', grant({ issuedAt: 'yesterday' }), '`grant.issuedAt`'],
    ['grant ends never', grant({ expiresAt: 1e300 }), '`grant.expiresAt`'],
    // maps
    ['refused is a list', having({ refused: [MARK] }), '`refused`'],
    ['refused holds a number', having({ refused: { read: 1 } }), '`refused.*`'],
    ['no accessTokens', lacking('accessTokens'), '`accessTokens`'],
    ['accessTokens is a text', having({ accessTokens: MARK }), '`accessTokens`'],
    ['an access token that is null', having({ accessTokens: { read: null } }), '`accessTokens.*`'],
    ['an access token that is a text', having({ accessTokens: { read: MARK } }), '`accessTokens.*`'],
    ['access token empty', access({ token: '' }), '`accessTokens.*.token`'],
    ['access token with a space', access({ token: `${MARK} x` }), '`accessTokens.*.token`'],
    ['access token beyond ASCII', access({ token: `${MARK}é` }), '`accessTokens.*.token`'],
    ['access token of no type', access({ tokenType: undefined }), '`accessTokens.*.tokenType`'],
    ['access token with scopes as text', access({ scopes: MARK }), '`accessTokens.*.scopes`'],
    ['access token of no time', access({ obtainedAt: undefined }), '`accessTokens.*.obtainedAt`'],
    ['access token that ends as text', access({ expiresAt: '9000' }), '`accessTokens.*.expiresAt`'],
    ['access token renewed as text', access({ renewAt: '8000' }), '`accessTokens.*.renewAt`'],
    ['access token of no grant', access({ grantId: null }), '`accessTokens.*.grantId`'],
    ['an access token for nothing', having({ accessTokens: { '': 1 } }), '`accessTokens.*`'],
    // lease
    ['lease is null', having({ lease: null }), '`lease`'],
    ['lease is a text', having({ lease: MARK }), '`lease`'],
    ['lease without id', lease({ id: undefined }), '`lease.id`'],
    ['lease of a long holder', lease({ holder: long }), '`lease.holder`'],
    ['lease of no time', lease({ startedAt: null }), '`lease.startedAt`'],
    ['lease with a negative term', lease({ ttlMs: -1 }), '`lease.ttlMs`'],
    ['lease for a list', lease({ scope: ['read'] }), '`lease.scope`'],
    ['lease taken over, perhaps', lease({ tookOver: 1 }), '`lease.tookOver`'],
    // what is wrong stands under a key that is itself content
    ['a secret for a key', having({ accessTokens: { [MARK]: 1 } }), '`accessTokens.*`'],
    ['a secret for a refused key', having({ refused: { [MARK]: 1 } }), '`refused.*`'],
    ['a key without end', having({ refused: { ['x'.repeat(100_000)]: 1 } }), '`refused.*`'],
    ['a key with control characters', having({ refused: { 'x\u001b[2J\r\n': 1 } }), '`refused.*`'],
  ])('%s', (_name, text, mention) => {
    const error = failure(text);
    expect(error).toMatchObject({ code: 'damaged', version: VERSION });
    expect(error.message).toMatch(matching(mention));
    expect(error.message).toMatch(/sign in again to replace it\.$/);
    expect(error.message.length).toBeLessThan(300);
    expect(error.message).toMatch(/^[\x20-\x7e]*$/);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(MARK);
    expect(JSON.stringify(error)).not.toContain(MARK);
  });
});
