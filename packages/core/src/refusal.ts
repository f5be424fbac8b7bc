import type { CredentialRecord } from './credential-record.ts';
import { type ReauthorizationReason, ReauthorizationRequiredError } from './errors.ts';
import type { Redemption } from './redeem.ts';
import type { Flight, RenewalContext } from './renewal-context.ts';
import { pauseAfterFault } from './reply-table.ts';

type Refused = Extract<Redemption, { ok: false }>;

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
  const { error, kind } = refused;
  const concernsFamily =
    flight.isDefault && flight.claims === undefined && leased.grant.refreshToken !== undefined;
  switch (kind) {
    case 'grant':
    case 'interaction':
      if (concernsFamily) return requireSignIn(context, leased, refused);
      await amend(context, leased, (record) => refuseAudience(record, flight, error.code));
      throw error;
    case 'configuration': {
      const ofThisAudience =
        !flight.isDefault && (error.code === 'invalid_scope' || error.code === 'invalid_target');
      await amend(context, leased, (record) =>
        ofThisAudience ? refuseAudience(record, flight, error.code) : record,
      );
      throw error;
    }
    default: {
      const amended = await amend(context, leased, (record) => {
        const failures = record.failures + 1;
        const pauseMs = pauseAfterFault(error, failures, context.random());
        const notBefore = context.clock.now() + pauseMs;
        return { ...record, failures, notBefore, ...(refused.ambiguous && { replyLost: true }) };
      });
      if (!amended) throw error;
    }
  }
}

const MOST_REFUSED = 16;

/** Remembered for this grant; a claims ask is its caller's alone. */
function refuseAudience(
  record: CredentialRecord,
  { audience, claims }: Flight,
  code: string,
): CredentialRecord {
  if (claims !== undefined) return record;
  const others = Object.entries(record.refused).filter(([other]) => other !== audience);
  return { ...record, refused: Object.fromEntries([[audience, code], ...others].slice(0, MOST_REFUSED)) };
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
  const reason: ReauthorizationReason =
    refused.kind === 'interaction'
      ? 'interaction_required'
      : refused.ambiguous
        ? 'ambiguous_rotation'
        : 'revoked';
  const failure = new ReauthorizationRequiredError(reason, { account, cause: refused.error });
  for (let attempt = 0; attempt < MOST_CONFLICTS; attempt++) {
    const { record, version } = await store.load();
    if (!record || record.family !== leased.family || record.grant.id !== leased.grant.id) return;
    const othersLease = record.lease?.id !== leased.lease?.id;
    if (othersLease && leases.stateOf(record.lease) === 'live') return;
    const marked: CredentialRecord = {
      ...record,
      state: 'reauthorization_required',
      reason,
      lease: undefined,
    };
    const saved = await store.save(marked, version);
    if (!saved) continue;
    memory.adopt(saved);
    emit({ type: 'reauthorization_required', reason });
    throw failure;
  }
  throw failure;
}

const MOST_CONFLICTS = 20;

/**
 * Changes the record while my lease stands in it, and takes the lease out. False: it is another's now, or the
 * store does not take it; then the lease runs out by itself.
 */
export async function amend(
  { store, memory }: RenewalContext,
  leased: CredentialRecord,
  change: (record: CredentialRecord) => CredentialRecord,
): Promise<boolean> {
  try {
    for (let attempt = 0; attempt < MOST_CONFLICTS; attempt++) {
      const { record, version } = await store.load();
      if (!record || record.lease?.id !== leased.lease?.id) return record !== undefined;
      const saved = await store.save({ ...change(record), lease: undefined }, version);
      if (!saved) continue;
      memory.adopt(saved);
      return true;
    }
  } catch {
    // The refusal itself is what the caller must hear of.
  }
  return false;
}
