import type { HeldToken } from '../memory/held-token.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { lastFailureOf } from '../record/last-failure.ts';
import { type ReceivedTokens, receivedFault } from '../record/received-tokens.ts';
import { renewedRecord } from '../record/record-transitions.ts';
import { warnOfNarrowing } from './narrowed-scopes.ts';
import { type RedeemParts, redeem } from './redeem.ts';
import { type RefusalParts, settleRefusal } from './refusal.ts';
import { PROMPT } from './refusal-table.ts';
import type { Flight, RenewalContext, Renewed } from './renewal-context.ts';
import type { Leased } from './take-lease.ts';
import { type PauseParts, withRefusal } from './with-refusal.ts';

type Parts = RedeemParts & RefusalParts & Pick<RenewalContext, 'commits' | 'memory' | 'newId'>;

/**
 * Redeems under the lease and commits what came. Undefined: look again, since the lease ended before anything was sent, a
 * refusal was written down that another look may answer, or what is stored by now is newer.
 */
export async function redeemAndCommit(
  parts: Parts,
  flight: Flight,
  leased: Leased,
): Promise<Renewed | undefined> {
  const { clock, emit, memory, newId, repair } = parts;
  const renewalId = newId();
  emit({ type: 'renewal_started', renewalId, reason: flight.reason });
  const onLate = (received: ReceivedTokens) => void commitLate(parts, flight, leased, received);
  const redemption = await redeem(parts, leased, flight, onLate);
  if (!redemption) return undefined;
  if (!redemption.ok) {
    emit({ type: 'renewal_failed', renewalId, error: redemption.error });
    await settleRefusal(parts, flight, leased.record, redemption);
    return undefined;
  }
  repair.end();
  const { received } = redemption;
  memory.renewalMs = clock.monotonic() - leased.takenAt;
  const committed = await commit(parts, flight, leased, received);
  if (!committed) return undefined;
  const rotated = committed.grantId !== leased.record.grant.id;
  warnOfNarrowing(parts, leased.record.accessTokens[flight.scope]?.scopes, received);
  emit(
    { type: 'renewed', renewalId, durationMs: Math.round(memory.renewalMs), rotated },
    received.access?.token,
  );
  const fault = receivedFault(received);
  if (fault) throw fault;
  return committed.held && { held: committed.held, received: true, rejected: flight.demand.rejected };
}

/** After a reply without a usable token the next renewal waits: otherwise every call would cost a rotation. */
function braked(
  parts: PauseParts,
  { scope, demand }: Flight,
  leased: CredentialRecord,
  mine: CredentialRecord,
  received: ReceivedTokens,
): CredentialRecord {
  const error = receivedFault(received);
  if (!error) return mine;
  const failed = { ...mine, lastFailure: lastFailureOf(error, parts.clock.now(), scope) };
  if (received.access || demand.claims !== undefined) return failed;
  const before = leased.refused[scope];
  const again = before ? { ...failed, refused: { ...mine.refused, [scope]: before } } : failed;
  return withRefusal(parts, again, { error, growth: PROMPT, asked: scope, reach: 'scope' });
}

/** Memory first, so that this process can serve and repair from here on; then the store. */
async function commit(
  parts: Parts,
  flight: Flight,
  { record, leaseId, takenAt }: Leased,
  received: ReceivedTokens,
): Promise<{ held: HeldToken | undefined; grantId: string } | undefined> {
  const { memory, commits, clock, provider, newId } = parts;
  const { scope, demand, reason } = flight;
  const { oldAccessTokenDies } = provider.profile;
  const ids = { grantId: newId(), scope, now: clock.now(), oldAccessTokenDies };
  // For every process that takes it over: a 401 to it a moment later is no reason to renew again.
  const bornOfRejection = reason === 'rejected' || undefined;
  const access = received.access && { ...received.access, bornOfRejection };
  const renewed = renewedRecord(record, { ...received, access }, ids);
  const mine = braked(parts, flight, record, renewed, received);
  // Somebody may have signed in or out here meanwhile; what they put into memory stays.
  const sameFamily = memory.newest?.family === record.family;
  if (sameFamily) memory.adopt(mine, { scope, claims: demand.claims });
  const held = sameFamily && received.access ? memory.held(scope) : undefined;
  const result = await commits.commit({ mine, leaseId, takenAt });
  return result === 'stored' || result === 'unsaved' ? { held, grantId: mine.grant.id } : undefined;
}

/** A reply that came after its lease had ended still holds a rotation: it is saved by the same rule as any other. */
async function commitLate(
  parts: Parts,
  flight: Flight,
  leased: Leased,
  received: ReceivedTokens,
): Promise<void> {
  try {
    await parts.commits.unsaved;
    if (parts.memory.newest?.grant.id !== leased.record.grant.id) return;
    await commit(parts, flight, leased, received);
  } catch {
    // No caller waits for it.
  }
}
