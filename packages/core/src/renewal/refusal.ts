import { EndpointFailure } from '../errors/endpoint-failure.ts';
import type { ReauthorizationReason } from '../errors/error-codes.ts';
import { ReauthorizationRequiredError } from '../errors/reauthorization-required-error.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { lastFailureOf } from '../record/last-failure.ts';
import { pausedRecord } from '../record/record-transitions.ts';
import { type RecordHome, updateRecord } from '../record/update-record.ts';
import { isStillRefused } from './decisions.ts';
import type { Redemption } from './redeem.ts';
import { PATIENT, PROMPT, pauseAfter, reachOf } from './refusal-table.ts';
import type { Flight, RenewalContext } from './renewal-context.ts';
import { type PauseParts, withRefusal } from './with-refusal.ts';

export type Refused = Extract<Redemption, { ok: false }>;

export type AmendParts = RecordHome;

export type RefusalParts = AmendParts &
  PauseParts &
  Pick<RenewalContext, 'account' | 'emit' | 'leases' | 'seed'>;

/**
 * Writes down what a refusal means, and lets go of the lease. Throws what the callers are to get; returns when
 * the flight should look again (it may find newer tokens, or a pause to wait out). The tokens are never wiped.
 */
export async function settleRefusal(
  parts: RefusalParts,
  flight: Flight,
  leased: CredentialRecord,
  refused: Refused,
): Promise<void> {
  const { error, kind } = refused;
  if (kind !== 'grant' && kind !== 'interaction' && kind !== 'configuration')
    return putOff(parts, leased, refused);
  const { isDefault, demand, scope } = flight;
  const hasRefreshToken = leased.grant.refreshToken !== undefined;
  const reach = reachOf({ kind, error, isDefault, hasClaims: demand.claims !== undefined, hasRefreshToken });
  const pause = (record: CredentialRecord) => {
    if (reach === 'ask' || reach === 'session') return record;
    const growth = reach === 'family' && kind === 'configuration' ? PROMPT : PATIENT;
    return withRefusal(parts, record, { error, growth, asked: scope, reach });
  };
  const needsPerson = reach === 'session' || (reach === 'family' && kind === 'interaction');
  if (needsPerson) return requireSignIn(parts, leased, refused, pause);
  await amend(parts, leased, refused, pause);
  throw error;
}

/**
 * "Not now": writes down for all processes when the next try may be.
 * @throws {TokenEndpointError} the refusal itself, when the store does not take that
 */
export async function putOff(parts: AmendParts, leased: CredentialRecord, refused: Refused): Promise<void> {
  const { error } = refused;
  const retryAfterMs = error instanceof EndpointFailure ? error.retryAfterMs : undefined;
  const amended = await amend(parts, leased, refused, (record) => {
    const failures = record.failures + 1;
    const pauseMs = pauseAfter(failures, retryAfterMs, parts.clock.random());
    return { ...pausedRecord(record, parts.clock.now(), pauseMs), failures };
  });
  if (!amended) throw error;
}

/** What a refusal of the grant is called. */
export function reasonOf({ kind, ambiguous }: Refused): ReauthorizationReason {
  if (kind === 'interaction') return 'interaction_required';
  return ambiguous ? 'ambiguous_rotation' : 'revoked';
}

/**
 * A person must act. It is written down only when the store still holds the grant that was refused and no other process is redeeming it: another
 * process may have renewed meanwhile, and its result stands.
 */
async function requireSignIn(
  parts: RefusalParts,
  leased: CredentialRecord,
  refused: Refused,
  change: (record: CredentialRecord) => CredentialRecord,
): Promise<void> {
  const { leases, emit, account } = parts;
  let isNews = false;
  const saved = await updateRecord(parts, (record) => {
    if (!record || !isStillRefused(record, leased)) return undefined;
    const wasTakenOver = record.lease !== undefined && record.lease.id !== leased.lease?.id;
    if (wasTakenOver && leases.stateOf(record.lease) === 'live') return undefined;
    // The process that took over may have redeemed the same refresh token.
    const ambiguous = refused.ambiguous || wasTakenOver || record.replyLost === true;
    isNews = record.state === 'active';
    return {
      ...released(parts, change(record), leased, { ...refused, ambiguous }),
      state: 'reauthorization_required',
      reason: reasonOf({ ...refused, ambiguous }),
    };
  });
  if (!saved) return;
  const reason = saved.reason as ReauthorizationReason;
  if (isNews) emit({ type: 'reauthorization_required', reason });
  const seedPlace = parts.seed?.place;
  throw new ReauthorizationRequiredError({ code: reason, account, seedPlace, cause: refused.error });
}

/**
 * Changes the record while my lease stands in it, and takes the lease out. With `ambiguous` the record keeps, beyond the
 * lease, that its refresh token may have been redeemed. False when nothing could be written: the record is gone, or
 * the store does not take the change. Then the lease runs out by itself.
 */
export async function amend(
  parts: AmendParts,
  leased: CredentialRecord,
  refused: Pick<Refused, 'ambiguous' | 'error'>,
  change: (record: CredentialRecord) => CredentialRecord,
): Promise<boolean> {
  let isThere = false;
  try {
    await updateRecord(parts, (record, { recovered }) => {
      isThere = record !== undefined;
      // An older version behind damage is put back by the next look, with a moment of repair.
      if (!record || recovered || record.lease?.id !== leased.lease?.id) return undefined;
      return released(parts, change(record), leased, refused);
    });
    return isThere;
  } catch {
    // The refusal itself is what the caller must hear of.
    return false;
  }
}

/** The record without my lease, and with the result. */
function released(
  { clock }: AmendParts,
  record: CredentialRecord,
  { lease }: CredentialRecord,
  { ambiguous, error }: Pick<Refused, 'ambiguous' | 'error'>,
): CredentialRecord {
  const lastFailure = lastFailureOf(error, clock.now(), lease?.scope);
  return { ...record, lastFailure, ...(ambiguous && { replyLost: true }), lease: undefined };
}
