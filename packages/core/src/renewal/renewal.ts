import type { AuthError } from '../errors/auth-error.ts';
import type { ReauthorizationReason } from '../errors/error-codes.ts';
import { ReauthorizationRequiredError } from '../errors/reauthorization-required-error.ts';
import type { HeldToken } from '../memory/held-token.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { emptyRecord } from '../record/record-transitions.ts';
import type { SeedCredential } from '../seed/seed.ts';
import { withClaimsAsked } from './claims-brake.ts';
import { nextStep, type Step } from './decisions.ts';
import { lastRefusal } from './last-refusal.ts';
import type { LeaseState } from './lease-state.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { redeemAndCommit } from './redeem-and-commit.ts';
import { refusalError } from './refused-again.ts';
import type { Flight, RenewalContext, Renewed } from './renewal-context.ts';
import { createPace, type RenewalPace } from './renewal-pace.ts';
import { type Leased, takeLease } from './take-lease.ts';

/**
 * One renewal, the same on every backend:
 *
 *   load      what others renewed is adopted; what the store lost is put back. Left out while what was seen last calls
 *             for a renewal: the next step fails unless that is still what is stored
 *   lease     "I am about to redeem", by compare-and-save: it excludes others and proves the store writable
 *   redeem    present the refresh token
 *   commit    into memory first, then into the store, by family and grant, whatever became of the lease
 *
 * Every conflict and every surprise leads back to `load`, after a pause; the flight's own deadline ends it.
 */
export async function renew(context: RenewalContext, flight: Flight): Promise<Renewed> {
  const { closing, commits } = context;
  const pace = createPace(context, flight);
  const renewed = await renewUnseen(context, flight, pace);
  if (renewed) return renewed;
  for (;;) {
    pace.checkDeadline();
    closing.throwIfAborted();
    if (commits.unsaved) await pace.forUnsaved();
    const found = await reconcile(context, pace.load);
    if (!found) {
      await pace.lookAgain('stale');
      continue;
    }
    const turn = await turnFor(context, flight, found);
    if (turn.step.do !== 'wait') pace.endWait();
    const renewed = await take(turn, context, flight, pace);
    if (renewed) return renewed;
  }
}

/**
 * Takes the lease in what was seen last, without a look before. It compares, so it fails where anything else is stored by
 * now, or nothing. Undefined, with nothing sent: look first.
 */
async function renewUnseen(
  context: RenewalContext,
  flight: Flight,
  pace: RenewalPace,
): Promise<Renewed | undefined> {
  const { closing, commits, memory, store } = context;
  closing.throwIfAborted();
  const { record, version, recovered } = store.seen() ?? {};
  const isNewest = record !== undefined && record.writeId === memory.known?.writeId;
  if (!isNewest || record.lease || recovered || commits.unsaved) return undefined;
  const { step } = await turnFor(context, flight, { record, version, seen: record });
  if (step.do !== 'redeem') return undefined;
  const leased = await leaseFor(context, flight, { record, version }, false).catch(pace.forgiven);
  return leased && redeemUnder(context, flight, leased);
}

/** One round of a flight: what the store held, and what is to be done. */
interface Turn {
  found: Reconciled;
  /** What is stored, or where nothing is: what a provider without refresh tokens begins with. */
  record: CredentialRecord | undefined;
  seed: SeedCredential | undefined;
  step: Step;
}

/** A token ends the flight, and so does an error; after anything else it looks at the store again. */
async function take(
  { found, record, seed, step }: Turn,
  context: RenewalContext,
  flight: Flight,
  pace: RenewalPace,
): Promise<Renewed | undefined> {
  const { scope, demand } = flight;
  switch (step.do) {
    case 'use':
      return { held: context.memory.held(scope) as HeldToken, received: false, rejected: demand.rejected };
    case 'require_sign_in':
      throw personNeeded(context, step.reason as ReauthorizationReason, record);
    case 'refuse':
      throw refusalError(step.refusal, step.leftMs);
    case 'hold':
      await pace.holdUntil(step.until, record);
      break;
    case 'wait':
      await pace.forLease();
      break;
    case 'let_others_repair':
      await pace.forRepair(step.ms);
      break;
    case 'import_seed':
      context.refusals.asked(scope);
      if (seed) await context.seed?.importSeed(context, flight, found, seed, step.tookOver);
      await pace.lookAgain('conflict');
      break;
    case 'redeem': {
      const leased = await leaseFor(context, flight, { ...found, record }, step.tookOver);
      if (leased) return redeemUnder(context, flight, leased);
      await pace.lookAgain('conflict');
    }
  }
  return undefined;
}

/** The error for callers: why a person must sign in, or what is wrong with the seed that would do in their place. */
function personNeeded(
  { account, seed }: Pick<RenewalContext, 'account' | 'seed'>,
  code: ReauthorizationReason,
  record: CredentialRecord | undefined,
): AuthError {
  const { fault, place: seedPlace } = seed ?? {};
  return fault ?? new ReauthorizationRequiredError({ code, account, seedPlace, cause: lastRefusal(record) });
}

function leaseFor(
  context: RenewalContext,
  flight: Flight,
  { record, version }: Pick<Reconciled, 'record' | 'version'>,
  tookOver: boolean,
): Promise<Leased | undefined> {
  const base = withClaimsAsked(context, record as CredentialRecord, flight);
  return takeLease(context, base, version, { scope: flight.scope, tookOver });
}

function redeemUnder(context: RenewalContext, flight: Flight, leased: Leased): Promise<Renewed | undefined> {
  context.refusals.asked(flight.scope);
  return redeemAndCommit(context, flight, leased);
}

async function turnFor(context: RenewalContext, flight: Flight, found: Reconciled): Promise<Turn> {
  const { provider, account, clock, leases, memory, newId, refusals, repair, store } = context;
  const seed = await context.seed?.fresh(found.seen);
  if (seed && !found.record && !store.durable) repair.beginOnce();
  const acquires = provider.acquire !== undefined;
  const record =
    found.record ?? (acquires ? emptyRecord(account, newId, clock.now(), memory.newest) : undefined);
  const lease = leases.stateOf(record?.lease);
  const step = nextStep({
    record,
    scope: flight.scope,
    usable: isUsable(context, flight, lease),
    acquires,
    hasNewSeed: seed !== undefined,
    lease,
    asksAnyway: flight.reason === 'forced' || refusals.isFirst(flight.scope),
    restMs: refusals.leftMs(flight.scope),
    repairLeftMs: provider.refresh ? repair.leftMs : 0,
    pauseLeftMs: memory.pauseLeftMs,
    leftOf: memory.leftOf,
    now: clock.now(),
  });
  return { found, record, seed, step };
}

function isUsable(
  { memory }: Pick<RenewalContext, 'memory'>,
  { scope, demand, reason }: Flight,
  lease: LeaseState,
): boolean {
  // Even while the held access token is good: this is about the refresh token.
  if (reason === 'interrupted' && lease === 'dead') return false;
  const freshness = memory.freshness(scope, demand);
  return reason === 'expiring' ? freshness === 'fresh' : freshness !== 'unusable';
}
