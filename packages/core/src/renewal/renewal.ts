import type { ReauthorizationReason } from '../errors/error-codes.ts';
import { ReauthorizationRequiredError } from '../errors/reauthorization-required-error.ts';
import { TokenEndpointError } from '../errors/token-endpoint-error.ts';
import { assess, type HeldToken } from '../memory/held-token.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import type { ReceivedTokens } from '../record/received-tokens.ts';
import { emptyRecord, renewedRecord } from '../record/record-transitions.ts';
import { nextStep } from './decisions.ts';
import type { LeaseState } from './lease-state.ts';
import { reconcile } from './reconcile.ts';
import { redeem } from './redeem.ts';
import { settleRefusal } from './refusal.ts';
import type { Flight, RenewalContext } from './renewal-context.ts';
import { createPace } from './renewal-pace.ts';
import { importSeed } from './seed-import.ts';
import { type Leased, takeLease } from './take-lease.ts';

/** What a flight ended with. */
export interface Renewed {
  held: HeldToken;
  /** It came from the token endpoint just now. */
  received: boolean;
  /** The token that this flight was to replace. Whoever joined it later may have had another one refused. */
  avoided: string | undefined;
}

/**
 * One renewal, the same on every backend:
 *
 *   load      what others renewed is adopted; what the store lost is put back
 *   lease     "I am about to redeem", by compare-and-save: it excludes others and proves the store writable
 *   redeem    present the refresh token
 *   commit    into memory first, then into the store, by family and grant, whatever became of the lease
 *
 * Every conflict and every surprise leads back to `load`; the flight's own deadline ends it.
 */
export async function renew(context: RenewalContext, flight: Flight): Promise<Renewed> {
  const { clock, timing, provider, memory, leases, repair, account } = context;
  const deadline = clock.monotonic() + timing.renewalTimeoutMs;
  const pace = createPace(context, flight);
  for (;;) {
    if (clock.monotonic() >= deadline) throw tookTooLong(timing.renewalTimeoutMs);
    context.closing.throwIfAborted();
    await pace.forUnsaved();
    const found = await reconcile(context, pace.load);
    if (!found) continue;
    const seed = await context.seed.fresh(found.record);
    if (seed && !found.record && !context.store.durable) repair.beginOnce();
    const record = found.record ?? (provider.acquire && emptyRecord(account, context.newId, clock.now()));
    const lease = leases.stateOf(record?.lease);
    const step = nextStep({
      record,
      scope: flight.scope,
      usable: isUsable(context, flight, lease),
      acquires: provider.acquire !== undefined,
      hasNewSeed: seed !== undefined,
      lease,
      repairLeftMs: provider.refresh ? repair.leftMs : 0,
      now: clock.now(),
    });
    if (step.do !== 'wait') pace.endWait();
    switch (step.do) {
      case 'use':
        return { held: memory.held(flight.scope) as HeldToken, received: false, avoided: flight.avoid };
      case 'require_sign_in':
        throw (
          context.seed.fault ??
          new ReauthorizationRequiredError({ code: step.reason as ReauthorizationReason, account })
        );
      case 'refuse':
        throw new TokenEndpointError({ code: step.code, sent: false });
      case 'hold':
        await pace.holdUntil(step.until);
        break;
      case 'wait':
        await pace.forLease();
        break;
      case 'let_others_repair':
        await pace.forRepair(step.ms);
        break;
      case 'import_seed':
        if (seed) await importSeed(context, flight, found, seed, step.tookOver);
        break;
      case 'redeem': {
        const redeemable = record as CredentialRecord;
        const { scope } = flight;
        const leased = await takeLease(context, redeemable, found.version, {
          scope,
          tookOver: step.tookOver,
        });
        const renewed = leased && (await redeemAndCommit(context, flight, leased));
        if (renewed) return renewed;
      }
    }
  }
}

function isUsable({ memory }: RenewalContext, flight: Flight, lease: LeaseState): boolean {
  // However good the token in hand is: what is to be saved is the refresh token.
  if (flight.reason === 'interrupted' && lease === 'dead') return false;
  const held = memory.held(flight.scope);
  const verdict = assess(held, held ? memory.ageOf(held) : 0, flight);
  return flight.reason === 'expiring' ? verdict === 'fresh' : verdict !== 'unusable';
}

async function redeemAndCommit(
  context: RenewalContext,
  flight: Flight,
  leased: Leased,
): Promise<Renewed | undefined> {
  const { clock, memory, emit } = context;
  const renewalId = context.newId();
  emit({ type: 'renewal_started', renewalId, reason: flight.reason });
  const onLate = (received: ReceivedTokens) => void commitLate(context, flight, leased, received);
  const redemption = await redeem(context, leased, flight, onLate);
  if (!redemption.ok) {
    emit({ type: 'renewal_failed', renewalId, error: redemption.error });
    await settleRefusal(context, flight, leased.record, redemption);
    return undefined;
  }
  context.repair.end();
  memory.renewalMs = clock.monotonic() - leased.takenAt;
  const committed = await commit(context, flight, leased, redemption.received);
  if (!committed) return undefined;
  const rotated = committed.grantId !== leased.record.grant.id;
  emit({ type: 'renewed', renewalId, durationMs: Math.round(memory.renewalMs), rotated });
  if (committed.held) return { held: committed.held, received: true, avoided: flight.avoid };
  const description = `the access token ${redemption.received.fault}`;
  throw new TokenEndpointError({ code: 'invalid_response', description });
}

/** Memory first, so that this process can serve and repair from here on; then the store. */
async function commit(context: RenewalContext, flight: Flight, leased: Leased, received: ReceivedTokens) {
  const { memory, commits, clock, provider } = context;
  const { record, leaseId } = leased;
  const { scope, claims, reason } = flight;
  const { oldAccessTokenDies } = provider.profile;
  const mine = renewedRecord(record, received, {
    grantId: context.newId(),
    scope,
    now: clock.now(),
    oldAccessTokenDies,
  });
  // Somebody may have signed in or out here meanwhile; what they put into memory stays.
  const sameFamily = memory.known?.family === record.family;
  if (sameFamily) memory.adopt(mine, { scope, claims, bornOfRejection: reason === 'rejected' });
  const held = sameFamily && received.access ? memory.held(scope) : undefined;
  const result = await commits.commit({ mine, leaseId });
  return result === 'stored' || result === 'unsaved' ? { held, grantId: mine.grant.id } : undefined;
}

/** A reply that came after its time-out still holds a rotation: it is saved by the same rule as any other. */
async function commitLate(context: RenewalContext, flight: Flight, leased: Leased, received: ReceivedTokens) {
  try {
    await context.commits.unsaved;
    if (context.memory.known?.grant.id !== leased.record.grant.id) return;
    await commit(context, flight, leased, received);
  } catch {
    // Nobody waits for it.
  }
}

function tookTooLong(ms: number): TokenEndpointError {
  return new TokenEndpointError({
    code: 'timeout',
    sent: false,
    description: `no renewal, here or by another process, came to an end within ${Math.round(ms / 1000)} s`,
  });
}
