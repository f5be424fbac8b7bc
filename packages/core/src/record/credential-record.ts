import { isObject } from '../check-option.ts';
import type { ReauthorizationReason } from '../errors/error-codes.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import type { LastFailure } from './last-failure.ts';
import { LARGEST_RECORD, MOST_REPLACED, MOST_SEEDS } from './limits.ts';
import {
  count,
  type Field,
  flag,
  map,
  maybe,
  object,
  oneOf,
  refreshToken,
  type Shape,
  secret,
  text,
  texts,
  time,
} from './record-fields.ts';
import type { StoredRefusal } from './stored-refusal.ts';

/** What a backend keeps for one account at one provider. Times are milliseconds since the epoch. */
export interface CredentialRecord {
  schema: 1;
  account: string;
  /** Random, and new with each write: when the outcome of a write is unknown, it tells mine from another's. */
  writeId: string;
  /** Random id of one sign-in (or sign-out) and all that descends from it. */
  family: string;
  signedInAt: number;
  /** Families that this one replaced, newest first; bounded. */
  replaced: readonly string[];
  /** Counts the renewals committed in this family. */
  seq: number;
  /** Who committed the last of them, as the backend calls its process. */
  renewedBy?: string | undefined;
  state: RecordState;
  /** With `reauthorization_required`: why. */
  reason?: ReauthorizationReason | undefined;
  /** With `signed_out`: a refresh token that still arrives is to be revoked. */
  revokeLate?: boolean | undefined;
  grant: Grant;
  /** A refusal of the client, or of the session as a whole, that passes. */
  refusal?: StoredRefusal | undefined;
  /** Refusals that concern one scope alone, for this grant. */
  refused: Readonly<Record<string, StoredRefusal>>;
  /** By scope: what was asked for, sorted and joined by spaces. */
  accessTokens: Readonly<Record<string, StoredAccessToken>>;
  lease?: Lease | undefined;
  /** Renewals that failed in a row, and when the next may be tried. */
  failures: number;
  /** The end of the pause, by the clock of who wrote it, and how long the pause was when it was written. */
  notBefore?: number | undefined;
  pauseMs?: number | undefined;
  /** Why the last renewal brought nothing; gone with the next one that does. */
  lastFailure?: LastFailure | undefined;
  /**
   * Since the last renewal a reply was lost, or the process that was to receive it: the server may have rotated what is
   * stored.
   */
  replyLost?: boolean | undefined;
  /** Seeds that were imported or tried. */
  seedIds: readonly string[];
  username?: string | undefined;
  /** The stable id of the user at the server, with the tenant: tells whether two sign-ins are of the same person. */
  userId?: string | undefined;
  /** Members of token replies that are kept beside the tokens. */
  kept?: Readonly<Record<string, string>> | undefined;
}

export type RecordState = 'active' | 'reauthorization_required' | 'signed_out';

/** A refresh token and where it came from. Kept when a refresh brings no new one. */
export interface Grant {
  id: string;
  /** How many rotations lie between the sign-in and this one. */
  generation: number;
  refreshToken?: string | undefined;
  /** The key that it is bound to (RFC 9449). */
  dpopKey?: string | undefined;
  issuedAt: number;
  expiresAt?: number | undefined;
}

export interface StoredAccessToken {
  token: string;
  tokenType: 'Bearer' | 'DPoP';
  /** With DPoP: the key that it is bound to. */
  dpopKey?: string | undefined;
  scopes?: readonly string[] | undefined;
  obtainedAt: number;
  /** The same moment by the server's clock, where its reply told; the times above and below are the writer's. */
  serverDate?: number | undefined;
  expiresAt?: number | undefined;
  renewAt?: number | undefined;
  grantId: string;
  /** It replaced one that a resource server had rejected. */
  bornOfRejection?: boolean | undefined;
}

/** "I am about to redeem." It saves work and proves the store writable; it fences nothing. */
export interface Lease {
  id: string;
  holder: string;
  startedAt: number;
  ttlMs: number;
  scope: string;
  /** Taken from a holder that vanished, whose own redemption may have happened. */
  tookOver: boolean;
  /** With a seed: the family that begins if it can be redeemed. A sign-in that comes meanwhile replaces that one, too. */
  family?: string | undefined;
}

/** The seeds a successor remembers: newest first, bounded. */
export function rememberedSeeds(ids: readonly (string | undefined)[]): string[] {
  return [...new Set(ids)].filter((id) => id !== undefined).slice(0, MOST_SEEDS);
}

/** The `scope` of RFC 6749 for these scopes: sorted, each once, joined by spaces. */
export function scopeOf(scopes: readonly string[]): string {
  return [...new Set(scopes)].sort().join(' ');
}

/** @see parseRecord, its inverse */
export function serializeRecord(record: CredentialRecord): string {
  return JSON.stringify(record);
}

const refusalShape = () =>
  object<StoredRefusal>({
    code: text,
    status: maybe(count),
    description: maybe(text),
    failures: count,
    notBefore: time,
    pauseMs: count,
    asked: maybe(flag),
  });

export const leaseField = (): Field<Lease> =>
  object<Lease>({
    id: text,
    holder: text,
    startedAt: time,
    ttlMs: count,
    scope: text,
    tookOver: flag,
    family: maybe(text),
  });

/** A function, so that bundlers leave it out of programs that store nothing. */
const recordShape = (): Shape<CredentialRecord> => ({
  schema: oneOf(1),
  account: text,
  writeId: text,
  family: text,
  signedInAt: time,
  replaced: texts(MOST_REPLACED),
  seq: count,
  renewedBy: maybe(text),
  state: oneOf('active', 'reauthorization_required', 'signed_out'),
  reason: maybe(
    oneOf('no_credential', 'revoked', 'ambiguous_rotation', 'interaction_required', 'signed_out'),
  ),
  revokeLate: maybe(flag),
  grant: object<Grant>({
    id: text,
    generation: count,
    refreshToken: maybe(refreshToken),
    dpopKey: maybe(secret),
    issuedAt: time,
    expiresAt: maybe(time),
  }),
  refusal: maybe(refusalShape()),
  refused: map(refusalShape()),
  accessTokens: map(
    object<StoredAccessToken>({
      token: secret,
      tokenType: oneOf('Bearer', 'DPoP'),
      dpopKey: maybe(secret),
      scopes: maybe(texts(1024)),
      obtainedAt: time,
      serverDate: maybe(time),
      expiresAt: maybe(time),
      renewAt: maybe(time),
      grantId: text,
      bornOfRejection: maybe(flag),
    }),
  ),
  lease: maybe(leaseField()),
  failures: count,
  notBefore: maybe(time),
  pauseMs: maybe(count),
  lastFailure: maybe(
    object<LastFailure>({
      code: text,
      status: maybe(count),
      description: maybe(text),
      message: maybe(text),
      cause: maybe(text),
      asked: maybe(flag),
      scope: maybe(text),
      at: time,
    }),
  ),
  replyLost: maybe(flag),
  seedIds: texts(MOST_SEEDS),
  username: maybe(text),
  userId: maybe(text),
  kept: maybe(map(text)),
});

/** The error for a stored record that cannot be used; `what` never quotes it. */
export function damagedRecord(what: string, version: string): TokenBackendError {
  return new TokenBackendError({
    code: 'damaged',
    message: `The stored record is damaged: ${what}. Restore an earlier version, or sign in again to replace it.`,
    version,
  });
}

/**
 * Reads a record. Known fields are checked one by one; unknown ones are left behind.
 * @throws {TokenBackendError} `damaged`, without quoting the content
 */
export function parseRecord(stored: string, version: string): CredentialRecord {
  const damaged = (what: string) => damagedRecord(what, version);
  if (typeof stored !== 'string') throw damaged('it is no text');
  if (stored.length > LARGEST_RECORD) throw damaged('it is larger than 256 KiB');
  let value: unknown;
  try {
    value = JSON.parse(stored);
  } catch {
    throw damaged('it is not JSON');
  }
  if (!isObject(value)) throw damaged('it is not a JSON object');
  if (value['schema'] !== 1) throw damaged('its schema is unknown to this version of the library');
  return object(recordShape())(value, '', damaged);
}
