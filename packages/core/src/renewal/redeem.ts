import pRetry from 'p-retry';
import { endWait } from '../abortable.ts';
import { deadline, stopwatch } from '../clock.ts';
import type { ProviderContext, TokenSet } from '../contract/token-provider.ts';
import { EndpointFailure } from '../errors/endpoint-failure.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { type ReceivedTokens, receiveTokens } from '../record/received-tokens.ts';
import { endpointFault } from './endpoint-fault.ts';
import { punishesReplays } from './old-tokens-die.ts';
import { classifyRefusal, type EndpointFault, mayHaveRotated, type RefusalClass } from './refusal-table.ts';
import type { Flight, RenewalContext } from './renewal-context.ts';
import type { Leased } from './take-lease.ts';

/** What the token endpoint said in the end. */
export type Redemption =
  | { ok: true; received: ReceivedTokens }
  | {
      ok: false;
      error: EndpointFault;
      kind: RefusalClass;
      /** An earlier reply was lost, so the server may have rotated what it now refuses. */
      ambiguous: boolean;
    };

/** Hears of a reply that came after its lease had ended. */
export type OnLateTokens = (received: ReceivedTokens) => void;

export type RedeemParts = SendParts & Pick<RenewalContext, 'endpointWait' | 'leases' | 'repair'>;

type SendParts = Pick<RenewalContext, 'clock' | 'provider' | 'serverClock' | 'timing'>;

const PROMPT_RETRIES = 2;
const FIRST_RETRY_MS = 100;

/**
 * Presents the refresh token. What the network failed to deliver is sent again at once with the same token, twice at most:
 * many servers accept that within seconds, and none forgives a longer wait. A request that is slow is not sent again: its
 * answer may hold the new refresh token, and is waited for while the lease lasts. Undefined: nothing was sent, since the
 * lease had no time left for it.
 */
export async function redeem(
  parts: RedeemParts,
  leased: Leased,
  flight: Flight,
  onLate: OnLateTokens,
): Promise<Redemption | undefined> {
  const { clock, endpointWait, leases, repair } = parts;
  const { lease, replyLost = false } = leased.record;
  const tries: Tries = {
    ambiguous: repair.suspicious || replyLost || (lease?.tookOver ?? false),
    isOnlyOne: flight.reason === 'expiring' && punishesReplays(parts.provider),
  };
  const ended = endpointWait.begin();
  try {
    const received = await pRetry(() => sendOnce(parts, leased, flight, tries, onLate), {
      retries: PROMPT_RETRIES,
      // The pauses are the clock's, below.
      minTimeout: 0,
      async shouldRetry({ error, retriesConsumed }) {
        if (!allowsAnother(tries, error as EndpointFault)) return false;
        await clock.sleep(FIRST_RETRY_MS * 3 ** retriesConsumed * (1 + clock.random()));
        return true;
      },
    });
    return { ok: true, received };
  } catch (thrown) {
    // If the lease has lapsed, the last try that was sent counts.
    const error = tries.lapsed ? tries.failure : (thrown as EndpointFault);
    if (!error) return leases.unused(leased.leaseId);
    const kind = kindOf(error, leased.record.seq > 0);
    const ambiguous = tries.ambiguous || kind === 'ambiguous' || mayHaveRotated(error);
    // A server that sends a nonce a second time wants proofs (DPoP) that this provider does not make.
    return { ok: false, error, kind: kind === 'nonce' ? 'configuration' : kind, ambiguous };
  } finally {
    ended();
  }
}

/** A host that is nowhere to be found was there before, where this session was renewed before: it may be again. */
function kindOf(error: EndpointFault, wasReached: boolean): RefusalClass {
  const isUnsent = error instanceof EndpointFailure && !error.sent;
  return wasReached && isUnsent && error.code === 'network' ? 'unsent' : classifyRefusal(error);
}

/** The tries of one redemption so far, all with the same refresh token and under the same lease. */
interface Tries {
  /** A reply was lost on the way. */
  ambiguous: boolean;
  /** The token in use is still good, and a refresh token that comes again may end it: what may have arrived is not sent again. */
  isOnlyOne: boolean;
  /** The server has asked for its nonce. */
  nonceAsked?: boolean;
  /** The lease has no time left for another one. */
  lapsed?: boolean;
  /** How the last one ended that was sent. */
  failure?: EndpointFault;
}

function allowsAnother(tries: Tries, error: EndpointFault): boolean {
  if (tries.lapsed) return false;
  tries.failure = error;
  const kind = classifyRefusal(error);
  const isNonce = kind === 'nonce';
  // A reply that was read whole is an answer, whatever was in it: what comes next is a pause that all share.
  const isLost = kind === 'ambiguous' && error.code === 'network';
  // So is what the server said to the look-up before it.
  const isUnsent = kind === 'unsent' && error.code !== 'timeout' && error.code !== 'server_error';
  const again = isLost || isUnsent || (isNonce && !tries.nonceAsked);
  tries.ambiguous ||= kind === 'ambiguous';
  tries.nonceAsked ||= isNonce;
  return again && !(tries.isOnlyOne && isLost);
}

/** One request, which lives as long as its lease allows. Whatever goes wrong becomes a TokenEndpointError. */
async function sendOnce(
  parts: SendParts,
  leased: Leased,
  { scopes, demand }: Flight,
  tries: Tries,
  onLate: OnLateTokens,
): Promise<ReceivedTokens> {
  const { clock, serverClock, timing } = parts;
  const { record, time } = leased;
  const givenUp = new AbortController();
  const settled = new AbortController();
  const beforeSend = () => {
    if (time() >= timing.requestTimeoutMs) return;
    tries.lapsed = true;
    throw notSent();
  };
  beforeSend();
  const ask = { scopes, claims: demand.claims, signal: givenUp.signal, beforeSend };
  const took = stopwatch(clock);
  const reply = request(parts, record, ask).then((tokens) =>
    receiveTokens(tokens, clock.now(), Math.round(took())),
  );
  const lifeMs = time();
  const late = () => void reply.then(onLate, () => undefined);
  const timeout = giveUpAfter(clock, lifeMs, settled.signal, () => givenUp.abort(), late);
  timeout.catch(() => undefined);
  try {
    const received = await Promise.race([reply, timeout]);
    serverClock.learn(received.access?.serverDate);
    return received;
  } catch (error) {
    throw endpointFault(error, record);
  } finally {
    endWait(settled);
  }
}

/** Gives a request up once its lease has ended, unless the signal comes first. What arrives after that is late. */
async function giveUpAfter(
  clock: RenewalContext['clock'],
  ms: number,
  signal: AbortSignal,
  giveUp: () => void,
  late: () => void,
): Promise<never> {
  await deadline(clock, ms, { signal });
  giveUp();
  // A provider that obeys its signal now says how far its request came.
  await deadline(clock, 0, { signal });
  late();
  throw unanswered(ms);
}

const notSent = () =>
  new EndpointFailure({
    code: 'timeout',
    sent: false,
    description: 'its lease had no time left for the request, so it was not sent',
  });

const unanswered = (ms: number) =>
  new EndpointFailure({
    code: 'timeout',
    description: `no answer came within ${Math.round(ms / 1000)} s, and the request was given up`,
  });

async function request(
  { provider }: Pick<RenewalContext, 'provider'>,
  { grant }: CredentialRecord,
  ask: ProviderContext,
): Promise<TokenSet> {
  const { refreshToken, dpopKey } = grant;
  if (refreshToken !== undefined && provider.refresh) return provider.refresh({ refreshToken, dpopKey }, ask);
  if (provider.acquire) return provider.acquire(ask);
  throw new EndpointFailure({ code: 'unsupported_grant_type', sent: false });
}
