import type { ReauthorizationReason } from '../errors/error-codes.ts';
import { ReauthorizationRequiredError } from '../errors/reauthorization-required-error.ts';
import type { HeldToken } from '../memory/held-token.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { emptyRecord } from '../record/record-transitions.ts';
import type { SeedCredential } from '../seed/seed.ts';
import { nextStep, type Step } from './decisions.ts';
import { lastRefusal } from './last-refusal.ts';
import { endsLivingToken, type LeaseState } from './lease-state.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { redeemAndCommit } from './redeem-and-commit.ts';
import { refusalError } from './refused-again.ts';
import type { Flight, RenewalContext, Renewed } from './renewal-context.ts';
import { createPace, type RenewalPace } from './renewal-pace.ts';
import { takeLease } from './take-lease.ts';

/**
 * One renewal, the same on every backend:
 *
 *   load      what others renewed is adopted; what the store lost is put back
 *   lease     "I am about to redeem", by compare-and-save: it excludes others and proves the store writable
 *   redeem    present the refresh token
 *   commit    into memory first, then into the store, by family and grant, whatever became of the lease
 *
 * Every conflict and every surprise leads back to `load`, after a pause; the flight's own deadline ends it.
 */
export async function renew(context: RenewalContext, flight: Flight): Promise<Renewed> {
  const { closing, commits } = context;
  const pace = createPace(context, flight);
  for (;;) {
    pace.checkDeadline();
    closing.throwIfAborted();
    if (commits.unsaved) await pace.forUnsaved();
    const found = await reconcile(context, pace.load);
    if (!found) {
      await pace.lookAgain('stale');
      continue;
    }
    const turn = await turnFor(context, flight, pace, found);
    const { step } = turn;
    if (step.do !== 'wait') pace.endWait();
    const renewed = await (RULES[step.do] as Rule<Step>)(step, turn);
    if (renewed) return renewed;
  }
}

/** One round of a flight: what the store held, and what that means here. */
interface Turn {
  context: RenewalContext;
  flight: Flight;
  pace: RenewalPace;
  found: Reconciled;
  /** What is stored, or where nothing is: what a provider without refresh tokens begins with. */
  record: CredentialRecord | undefined;
  seed: SeedCredential | undefined;
  step: Step;
}

/** A token ends the flight, and so does an error; after anything else it looks at the store again. */
// biome-ignore lint/suspicious/noConfusingVoidType: a rule that only waits returns nothing.
type Rule<S extends Step> = (step: S, turn: Turn) => Promise<Renewed | undefined | void>;

/** What each step of {@link nextStep} comes to. */
const RULES: { [Do in Step['do']]: Rule<Extract<Step, { do: Do }>> } = {
  async use(_step, { context: { memory }, flight: { scope, demand } }) {
    return { held: memory.held(scope) as HeldToken, received: false, rejected: demand.rejected };
  },
  async require_sign_in({ reason }, { context: { seed, account }, record }) {
    const code = reason as ReauthorizationReason;
    throw seed?.fault ?? new ReauthorizationRequiredError({ code, account, cause: lastRefusal(record) });
  },
  async refuse({ refusal, leftMs }) {
    throw refusalError(refusal, leftMs);
  },
  hold: async ({ until }, { pace }) => pace.holdUntil(until),
  wait: async (_step, { pace }) => pace.forLease(),
  let_others_repair: async ({ ms }, { pace }) => pace.forRepair(ms),
  async import_seed({ tookOver }, { context, flight, pace, found, seed }) {
    context.refusals.asked(flight.scope);
    if (seed) await context.seed?.importSeed(context, flight, found, seed, tookOver);
    await pace.lookAgain('conflict');
  },
  async redeem({ tookOver }, { context, flight, pace, found, record }) {
    const terms = { scope: flight.scope, tookOver };
    const leased = await takeLease(context, record as CredentialRecord, found.version, terms);
    if (!leased) return pace.lookAgain('conflict');
    context.refusals.asked(flight.scope);
    return redeemAndCommit(context, flight, leased);
  },
};

async function turnFor(
  context: RenewalContext,
  flight: Flight,
  pace: RenewalPace,
  found: Reconciled,
): Promise<Turn> {
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
    usable: isUsable(context, flight, lease, record),
    acquires,
    hasNewSeed: seed !== undefined,
    lease,
    asksAnyway: flight.reason === 'forced' || refusals.isFirst(flight.scope),
    restMs: refusals.leftMs(flight.scope),
    repairLeftMs: provider.refresh ? repair.leftMs : 0,
    pauseLeftMs: memory.pauseLeftMs,
    now: clock.now(),
  });
  return { context, flight, pace, found, record, seed, step };
}

function isUsable(
  { memory, provider }: Pick<RenewalContext, 'memory' | 'provider'>,
  { scope, demand, reason }: Flight,
  lease: LeaseState,
  record: CredentialRecord | undefined,
): boolean {
  // However good the token in hand is: what is to be saved is the refresh token.
  if (reason === 'interrupted' && lease === 'dead') return false;
  const freshness = memory.freshness(scope, demand);
  const mayBeSpent = lease === 'dead' || record?.replyLost === true;
  const isUsedUp = mayBeSpent && endsLivingToken(provider.profile);
  return reason === 'expiring' && !isUsedUp ? freshness === 'fresh' : freshness !== 'unusable';
}
