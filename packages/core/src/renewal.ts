import type { CredentialRecord } from './credential-record.ts';
import { isTransient, type StoredRecord } from './credential-store.ts';
import { nextStep, relationOf } from './decisions.ts';
import { ReauthorizationRequiredError, type ReauthorizationReason, TokenBackendError, TokenEndpointError } from './errors.ts';
import { emptyRecord } from './families.ts';
import { receiveTokens, renewedRecord, type ReceivedTokens } from './received-tokens.ts';
import { redeem } from './redeem.ts';
import { settleRefusal } from './refusal.ts';
import type { Flight, RenewalContext } from './renewal-context.ts';
import { assess, type HeldToken } from './token-memory.ts';
import type { TokenSet } from './token-provider.ts';

/** The token a flight ended with, and whether it came from the token endpoint just now. */
export interface Renewed {
  held: HeldToken;
  received: boolean;
}

/** Room for the largest answer: an access and a refresh token of 16 KiB each. */
const RESERVE_BYTES = 33 * 1024;

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
  const deadline = context.clock.monotonic() + context.timing.flightTimeoutMs;
  const pace = createPace(context, flight);
  for (;;) {
    if (context.clock.monotonic() >= deadline) throw tookTooLong(context.timing.flightTimeoutMs);
    context.closing.throwIfAborted();
    await pace.forUnsaved();
    const loaded = await reconcile(context, await pace.load());
    if (!loaded) continue;
    const { record, version } = loaded;
    const step = nextStep({
      record,
      audience: flight.audience,
      usable: isUsable(context, flight),
      acquires: context.provider.acquire !== undefined,
      lease: context.leases.stateOf(record.lease),
      now: context.clock.now(),
    });
    if (step.do !== 'wait') pace.endWait();
    switch (step.do) {
      case 'use':
        return { held: context.memory.held(flight.audience) as HeldToken, received: false };
      case 'require_sign_in':
        throw new ReauthorizationRequiredError(step.reason as ReauthorizationReason, { account: context.account });
      case 'refuse':
        throw new TokenEndpointError({ code: step.code, sent: false });
      case 'hold':
        await pace.holdUntil(step.until);
        break;
      case 'wait':
        await pace.forLease();
        break;
      case 'claim': {
        const renewed = await claimAndRedeem(context, flight, record, version, step.tookOver);
        if (renewed) return renewed;
      }
    }
  }
}

/**
 * Holds what is stored against what this process knows, and takes over the newer. Undefined: the store was
 * mended, look again.
 */
export async function reconcile(
  context: RenewalContext,
  { record, version }: StoredRecord,
): Promise<{ record: CredentialRecord; version: string | undefined } | undefined> {
  const { memory, store, provider } = context;
  const { known } = memory;
  switch (relationOf(record, known, store.durable)) {
    case 'went_back': {
      const repaired = await store.save({ ...(known as CredentialRecord), lease: undefined }, version);
      if (repaired) {
        memory.adopt(repaired);
        context.emit({ type: 'repaired' });
      }
      return undefined;
    }
    case 'absent':
      memory.forget();
      if (!provider.acquire) throw new ReauthorizationRequiredError('no_credential', { account: context.account });
      return { record: emptyRecord(context.account, context.newId, context.clock.now()), version };
    default: {
      const brought = memory.adopt(record as CredentialRecord);
      if (brought && known) context.emit({ type: 'adopted' });
      return { record: record as CredentialRecord, version };
    }
  }
}

function isUsable({ memory }: RenewalContext, flight: Flight): boolean {
  const held = memory.held(flight.audience);
  const verdict = assess(held, held ? memory.ageOf(held) : 0, flight);
  return flight.reason === 'expiring' ? verdict === 'fresh' : verdict !== 'unusable';
}

async function claimAndRedeem(
  context: RenewalContext,
  flight: Flight,
  record: CredentialRecord,
  version: string | undefined,
  tookOver: boolean,
): Promise<Renewed | undefined> {
  const { clock, timing, store, memory, leases, emit } = context;
  const leaseId = context.newId();
  const { audience } = flight;
  const startedAt = clock.now();
  const lease = { id: leaseId, holder: context.holder, startedAt, ttlMs: timing.leaseTtlMs, audience, tookOver };
  const leasedAt = clock.monotonic();
  leases.own(leaseId);
  const leased = await store.save({ ...record, lease }, version, RESERVE_BYTES);
  if (!leased) return undefined;
  memory.adopt(leased);
  if (tookOver) emit({ type: 'lease_taken_over' });

  const renewalId = context.newId();
  emit({ type: 'renewal_started', renewalId, reason: flight.reason });
  const onLate = (tokens: TokenSet) => void commitLate(context, flight, leased, tokens);
  const redemption = await redeem(context, leased, flight, leasedAt, onLate);
  if (!redemption.ok) {
    emit({ type: 'renewal_failed', renewalId, error: redemption.error });
    await settleRefusal(context, flight, leased, redemption);
    return undefined;
  }
  memory.renewalMs = clock.monotonic() - leasedAt;
  const committed = await commit(context, flight, leased, redemption.received);
  if (!committed) return undefined;
  const rotated = committed.grantId !== leased.grant.id;
  emit({ type: 'renewed', renewalId, durationMs: Math.round(memory.renewalMs), rotated });
  if (!committed.held) {
    throw new TokenEndpointError({ code: 'invalid_response', description: `the access token ${redemption.received.fault}` });
  }
  return { held: committed.held, received: true };
}

/** Memory first, so that this process can serve and repair from here on; then the store. */
async function commit(context: RenewalContext, flight: Flight, leased: CredentialRecord, received: ReceivedTokens) {
  const { memory, commits, clock, provider } = context;
  const mine = renewedRecord(leased, received, {
    grantId: context.newId(),
    audience: flight.audience,
    now: clock.now(),
    oldAccessTokenDies: provider.profile.oldAccessTokenDies,
  });
  const { audience, claims, reason } = flight;
  // Somebody may have signed in or out here meanwhile; what they put into memory stays.
  const sameFamily = memory.known?.family === leased.family;
  if (sameFamily) memory.adopt(mine, { audience, claims, bornOfRejection: reason === 'rejected' });
  const held = sameFamily && received.access ? memory.held(audience) : undefined;
  const result = await commits.commit({ mine, redeemed: leased.grant.id, leaseId: leased.lease?.id ?? '' });
  return result === 'stored' || result === 'unsaved' ? { held, grantId: mine.grant.id } : undefined;
}

/** A reply that came after its time-out still holds a rotation: it is saved by the same rule as any other. */
async function commitLate(context: RenewalContext, flight: Flight, leased: CredentialRecord, tokens: TokenSet) {
  try {
    await context.commits.unsaved;
    if (context.memory.known?.grant.id !== leased.grant.id) return;
    await commit(context, flight, leased, receiveTokens(tokens, context.clock.now()));
  } catch {
    // It held no token after all.
  }
}

function tookTooLong(ms: number): TokenEndpointError {
  return new TokenEndpointError({
    code: 'timeout',
    sent: false,
    description: `no renewal, here or by another process, came to an end within ${Math.round(ms / 1000)} s`,
  });
}

const FIRST_POLL_MS = 10;
const LONGEST_POLL_MS = 250;

/** The waits of one flight, each within its budget and ended by `close()`. */
function createPace(context: RenewalContext, flight: Flight) {
  const { clock, timing, store, commits, emit } = context;
  let patienceMs = timing.maxWaitMs;
  let waitingSince: number | undefined;
  let pollMs = FIRST_POLL_MS;

  const pause = (ms: number) => clock.sleep(ms, { signal: context.closing, ref: !flight.background });

  return {
    /** A rotation that is not stored yet comes first: nothing is redeemed on top of it. */
    async forUnsaved(): Promise<void> {
      while (commits.unsaved) {
        if (flight.background || patienceMs <= 0) {
          throw (
            commits.fault ??
            new TokenBackendError('The backend does not answer. Check its store; the tokens in memory are kept.', {
              code: 'unavailable',
            })
          );
        }
        patienceMs -= LONGEST_POLL_MS;
        await Promise.race([commits.unsaved, pause(LONGEST_POLL_MS)]);
      }
    },

    /** A store that is out of reach for a moment is asked again. */
    async load(): Promise<StoredRecord> {
      for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
        try {
          return await store.load();
        } catch (error) {
          if (!isTransient(error) || flight.background || patienceMs <= 0) throw error;
        }
        patienceMs -= pauseMs;
        await pause(pauseMs);
      }
    },

    /** "Later" is waited out when it is near, and told at once when it is not. */
    async holdUntil(until: number): Promise<void> {
      const ms = until - clock.now();
      if (flight.background || ms > patienceMs) {
        throw new TokenEndpointError({
          code: 'temporarily_unavailable',
          sent: false,
          retryAfterMs: ms,
          description: 'an earlier reply asked to wait',
        });
      }
      patienceMs -= ms;
      await pause(ms);
    },

    /** Until the other holder is done: a hint from the store, or a growing, jittered look. */
    async forLease(): Promise<void> {
      waitingSince ??= clock.monotonic();
      const woken = new AbortController();
      const stop = store.watch(() => woken.abort());
      const ms = pollMs * (0.5 + context.random() / 2);
      pollMs = Math.min(pollMs * 1.5, LONGEST_POLL_MS);
      const signal = AbortSignal.any([woken.signal, context.closing]);
      await clock.sleep(ms, { signal, ref: !flight.background }).catch(() => undefined);
      stop();
    },

    endWait(): void {
      if (waitingSince === undefined) return;
      emit({ type: 'lease_waited', waitedMs: Math.round(clock.monotonic() - waitingSince) });
      waitingSince = undefined;
      pollMs = FIRST_POLL_MS;
    },
  };
}
