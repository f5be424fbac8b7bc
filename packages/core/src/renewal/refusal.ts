import type { ReauthorizationReason } from '../errors/error-codes.ts';
import { ReauthorizationRequiredError } from '../errors/reauthorization-required-error.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { MOST_REFUSED } from '../record/limits.ts';
import { isStillRefused } from './decisions.ts';
import type { Redemption } from './redeem.ts';
import { type EndpointFault, pauseAfterFault } from './refusal-table.ts';
import type { Flight, RenewalContext } from './renewal-context.ts';

export type Refused = Extract<Redemption, { ok: false }>;

/**
 * Writes down what a refusal means, and lets go of the lease. Throws what the callers are to get; returns when
 * the flight should look again (it may find newer tokens, or a pause to wait out). The tokens are never wiped.
 */
export async function settleRefusal(
  context: RenewalContext,
  flight: Flight,
  leased: CredentialRecord,
  refused: Refused,
): Promise<void> {
  const { error, kind, ambiguous } = refused;
  const concernsFamily =
    flight.isDefault && flight.claims === undefined && leased.grant.refreshToken !== undefined;
  switch (kind) {
    case 'grant':
    case 'interaction':
      if (concernsFamily) return requireSignIn(context, leased, refused);
      await amend(context, leased, ambiguous, (record) => refuseScope(record, flight, error.code));
      throw error;
    case 'configuration': {
      const ofThisScope =
        !flight.isDefault && (error.code === 'invalid_scope' || error.code === 'invalid_target');
      await amend(context, leased, ambiguous, (record) =>
        ofThisScope ? refuseScope(record, flight, error.code) : record,
      );
      throw error;
    }
    default:
      await putOff(context, leased, ambiguous, error);
  }
}

/**
 * "Not now": writes down for all processes when the next try may be.
 * @throws {TokenEndpointError} the refusal itself, when the store does not take that
 */
export async function putOff(
  context: RenewalContext,
  leased: CredentialRecord,
  ambiguous: boolean,
  error: EndpointFault,
): Promise<void> {
  const amended = await amend(context, leased, ambiguous, (record) => {
    const failures = record.failures + 1;
    const notBefore = context.clock.now() + pauseAfterFault(error, failures, context.random());
    return { ...record, failures, notBefore };
  });
  if (!amended) throw error;
}

/** What a refusal of the grant is called. */
export function reasonOf({ kind, ambiguous }: Refused): ReauthorizationReason {
  if (kind === 'interaction') return 'interaction_required';
  return ambiguous ? 'ambiguous_rotation' : 'revoked';
}

/** Remembered for this grant; a claims ask is its caller's alone. */
function refuseScope(record: CredentialRecord, { scope, claims }: Flight, code: string): CredentialRecord {
  if (claims !== undefined) return record;
  const others = Object.entries(record.refused).filter(([other]) => other !== scope);
  return { ...record, refused: Object.fromEntries([[scope, code], ...others].slice(0, MOST_REFUSED)) };
}

/**
 * Final only when the store still holds the grant that was refused and nobody else is redeeming it: another
 * process may have renewed meanwhile, and its result stands.
 */
async function requireSignIn(
  context: RenewalContext,
  leased: CredentialRecord,
  refused: Refused,
): Promise<void> {
  const { store, leases, memory, emit, account } = context;
  const failure = (reason: ReauthorizationReason) =>
    new ReauthorizationRequiredError({ code: reason, account, cause: refused.error });
  for (let attempt = 0; attempt < MOST_CONFLICTS; attempt++) {
    const { record, version } = await store.load();
    if (!record || !isStillRefused(record, leased)) return;
    const wasTakenOver = record.lease !== undefined && record.lease.id !== leased.lease?.id;
    if (wasTakenOver && leases.stateOf(record.lease) === 'live') return;
    // Whoever took over may have redeemed the same refresh token.
    const ambiguous = refused.ambiguous || wasTakenOver || record.replyLost === true;
    const reason = reasonOf({ ...refused, ambiguous });
    const marked = { ...record, state: 'reauthorization_required' as const, reason, lease: undefined };
    const saved = await store.save(marked, version);
    if (!saved) continue;
    memory.adopt(saved);
    emit({ type: 'reauthorization_required', reason });
    throw failure(reason);
  }
  throw failure(reasonOf(refused));
}

const MOST_CONFLICTS = 20;

/**
 * Changes the record while my lease stands in it, and takes the lease out; that what is stored may have been
 * redeemed outlives the lease. False: it is another's now, or the store does not take it; then the lease runs
 * out by itself.
 */
export async function amend(
  { store, memory }: RenewalContext,
  leased: CredentialRecord,
  ambiguous: boolean,
  change: (record: CredentialRecord) => CredentialRecord,
): Promise<boolean> {
  try {
    for (let attempt = 0; attempt < MOST_CONFLICTS; attempt++) {
      const { record, version } = await store.load();
      if (!record || record.lease?.id !== leased.lease?.id) return record !== undefined;
      const amended = { ...change(record), ...(ambiguous && { replyLost: true }), lease: undefined };
      const saved = await store.save(amended, version);
      if (!saved) continue;
      memory.adopt(saved);
      return true;
    }
  } catch {
    // The refusal itself is what the caller must hear of.
  }
  return false;
}
