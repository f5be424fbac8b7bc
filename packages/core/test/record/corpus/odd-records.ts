import type { CredentialRecord } from '../../../src/record/credential-record.ts';
import { accessOf, grantOf, leaseOf, recordOf, refusalOf } from '../../support/records.ts';

/** The time at which the records are read. */
export const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

/** What an ask gets: the stored token, a renewed one, or an error; and how many requests that takes. */
export type Effect = 'served' | 'renewed' | { code: string };

type Odd = readonly [name: string, record: CredentialRecord | Record<string, unknown>, effect: Effect];

const live = { obtainedAt: NOW - 1_000, expiresAt: NOW + HOUR };
const read = (changes: object) => ({ accessTokens: { read: accessOf('stored', { ...live, ...changes }) } });
/** A pause that the server asked for, with half an hour to go: new processes keep to it, too. */
const asked = (code: string) => refusalOf(code, { notBefore: NOW + HOUR / 2, asked: true });
const granted = (changes: object = {}) => ({ grant: grantOf('grant-1', changes) });

/** Strange, and yet records. */
export const ODD: readonly Odd[] = [
  ['a living access token', recordOf(read({})), 'served'],
  ['unknown fields', { ...recordOf(read({})), later: [[{}]], toString: 1 }, 'served'],
  ['obtained in the future', recordOf(read({ obtainedAt: NOW + HOUR, expiresAt: NOW + 2 * HOUR })), 'served'],
  ['of unknown life', recordOf(read({ expiresAt: undefined })), 'served'],
  ['that ends with time itself', recordOf(read({ expiresAt: 8.64e15 })), 'served'],
  ['to be renewed after its end', recordOf(read({ renewAt: NOW + 2 * HOUR })), 'served'],
  ['of a grant that is not there', recordOf(read({ grantId: 'other' })), 'served'],
  ['with no scopes', recordOf(read({ scopes: [] })), 'served'],
  [
    'that lives on, a person being wanted',
    recordOf({ ...read({}), state: 'reauthorization_required' }),
    'served',
  ],
  [
    'without a refresh token behind it',
    recordOf({ ...read({}), ...granted({ refreshToken: undefined }) }),
    'served',
  ],
  ['under a lease', recordOf({ ...read({}), lease: leaseOf('x', { startedAt: NOW }) }), 'served'],
  ['on hold', recordOf({ ...read({}), notBefore: NOW + HOUR }), 'served'],
  ['no access token', recordOf(), 'renewed'],
  ['an expired access token', recordOf(read({ obtainedAt: 0, expiresAt: NOW - 1 })), 'renewed'],
  ['an end before the beginning', recordOf(read({ obtainedAt: NOW, expiresAt: NOW - HOUR })), 'renewed'],
  ['an end at the beginning', recordOf(read({ obtainedAt: NOW, expiresAt: NOW })), 'renewed'],
  ['a life before the epoch', recordOf(read({ obtainedAt: -2, expiresAt: -1 })), 'renewed'],
  [
    'an access token for another scope',
    recordOf({ accessTokens: { write: accessOf('x', live) } }),
    'renewed',
  ],
  ['an access token for nothing', recordOf({ accessTokens: { '': accessOf('x', live) } }), 'renewed'],
  ['a refresh token said to have ended', recordOf(granted({ expiresAt: 1 })), 'renewed'],
  ['a grant of the millionth generation', recordOf(granted({ generation: 1_000_000 })), 'renewed'],
  ['a grant from the future', recordOf(granted({ issuedAt: NOW + HOUR })), 'renewed'],
  ['a grant from before the epoch', recordOf(granted({ issuedAt: -1 })), 'renewed'],
  ['a sign-in from the future', recordOf({ signedInAt: NOW + HOUR }), 'renewed'],
  ['a family that replaced itself', recordOf({ replaced: ['family-1', 'family-1'] }), 'renewed'],
  ['empty ids', recordOf({ writeId: '', family: '' }), 'renewed'],
  ['a pause that is over', recordOf({ notBefore: NOW - 1, failures: 7 }), 'renewed'],
  ['a pause from before the epoch', recordOf({ notBefore: -1 }), 'renewed'],
  ['a million failures', recordOf({ failures: 1_000_000 }), 'renewed'],
  ['another scope refused', recordOf({ refused: { write: asked('invalid_scope') } }), 'renewed'],
  ['__proto__ refused', recordOf({ refused: Object.fromEntries([['__proto__', asked('x')]]) }), 'renewed'],
  ['a lease that is long over', recordOf({ lease: leaseOf('x', { startedAt: NOW - 24 * HOUR }) }), 'renewed'],
  ['a lease from the future', recordOf({ lease: leaseOf('x', { startedAt: NOW + 24 * HOUR }) }), 'renewed'],
  ['a lease of no time', recordOf({ lease: leaseOf('x', { startedAt: NOW, ttlMs: 0 }) }), 'renewed'],
  ['a reason without its state', recordOf({ reason: 'revoked' }), 'renewed'],
  ['seeds that nobody has', recordOf({ seedIds: ['a', 'a', ''] }), 'renewed'],
  ['a user of no name', recordOf({ username: '' }), 'renewed'],
  [
    'nothing but a grant without a token',
    recordOf(granted({ refreshToken: undefined })),
    { code: 'no_credential' },
  ],
  ['signed out', recordOf({ state: 'signed_out' }), { code: 'signed_out' }],
  [
    'signed out beside a living token',
    recordOf({ ...read({}), state: 'signed_out' }),
    { code: 'signed_out' },
  ],
  [
    'a person is wanted, nobody says why',
    recordOf({ state: 'reauthorization_required' }),
    { code: 'revoked' },
  ],
  [
    'interaction is wanted',
    recordOf({
      state: 'reauthorization_required',
      reason: 'interaction_required',
      refusal: asked('interaction_required'),
    }),
    { code: 'interaction_required' },
  ],
  ['the scope refused', recordOf({ refused: { read: asked('invalid_scope') } }), { code: 'invalid_scope' }],
  [
    'interaction was wanted, and the pause after that is over',
    recordOf({ state: 'reauthorization_required', reason: 'interaction_required' }),
    'renewed',
  ],
  ['the client refused', recordOf({ refusal: asked('invalid_client') }), { code: 'invalid_client' }],
  ['a refusal whose pause is over', recordOf({ refusal: refusalOf('invalid_client') }), 'renewed'],
  [
    'a refusal by a clock that is ahead: the pause that the server asked for stands for its length',
    recordOf({ refusal: { ...asked('invalid_client'), pauseMs: HOUR / 2 - 1 } }),
    { code: 'invalid_client' },
  ],
  [
    'a pause that no server asked for: a new process asks once',
    recordOf({ refusal: { ...asked('invalid_client'), asked: false } }),
    'renewed',
  ],
  [
    'on hold beyond all patience',
    recordOf({ notBefore: NOW + HOUR / 2 }),
    { code: 'temporarily_unavailable' },
  ],
];
