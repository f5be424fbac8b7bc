import pRetry from 'p-retry';
import { deadline, stopwatch } from '../clock.ts';
import type { ProviderContext, TokenSet } from '../contract/token-provider.ts';
import { TokenEndpointError } from '../errors/token-endpoint-error.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { type ReceivedTokens, receiveTokens } from '../record/received-tokens.ts';
import { endpointFault } from './endpoint-fault.ts';
import { endsLivingToken } from './lease-state.ts';
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

export type RedeemParts = SendParts &
  Pick<RenewalContext, 'endpointWait' | 'leases' | 'memory' | 'random' | 'repair'>;

type SendParts = Pick<RenewalContext, 'clock' | 'provider' | 'serverClock'>;

const PROMPT_RETRIES = 2;
const FIRST_RETRY_MS = 100;

/**
 * Presents the refresh token. What the network failed to deliver is sent again at once with the same token, twice at most:
 * many servers accept that within seconds, and none forgives a longer wait. Where it is known that one would end the token in
 * hand instead, that one is used up first. A request that is slow is not sent again: its
 * answer may hold the new refresh token, and is waited for while the lease lasts. Undefined: nothing was sent, since the
 * lease had no time left for it.
 */
export async function redeem(
  parts: RedeemParts,
  leased: Leased,
  flight: Flight,
  onLate: OnLateTokens,
): Promise<Redemption | undefined> {
  const { clock, endpointWait, leases, repair, random } = parts;
  const { lease, replyLost = false } = leased.record;
  const tries = countTries(leased, repair.suspicious || replyLost || (lease?.tookOver ?? false));
  const ended = endpointWait.begin();
  try {
    const received = await pRetry(() => sendOnce(parts, leased, flight, tries, onLate), {
      retries: PROMPT_RETRIES,
      // The pauses are the clock's, below.
      minTimeout: 0,
      async shouldRetry({ error, retriesConsumed }) {
        if (!tries.allowAnother(error as EndpointFault)) return false;
        if (classifyRefusal(error as EndpointFault) === 'ambiguous' && isLiving(parts, flight)) return false;
        await clock.sleep(FIRST_RETRY_MS * 3 ** retriesConsumed * (1 + random()));
        return true;
      },
    });
    return { ok: true, received };
  } catch (thrown) {
    const error = tries.failureOf(thrown as EndpointFault);
    if (!error) return leases.unused(leased.leaseId);
    const kind = classifyRefusal(error);
    const ambiguous = tries.ambiguous || kind === 'ambiguous' || mayHaveRotated(error);
    // A server that answers with a nonce twice asks for proofs that this provider does not make.
    return { ok: false, error, kind: kind === 'nonce' ? 'configuration' : kind, ambiguous };
  } finally {
    ended();
  }
}

/** There is a token to go on with that another try could end. */
function isLiving({ memory, provider }: RedeemParts, { scope }: Flight): boolean {
  return endsLivingToken(provider.profile) && memory.freshness(scope, {}) !== 'unusable';
}

/** The tries of one redemption, all with the same refresh token and under the same lease. */
interface Tries {
  /** Each try asks, right before it is sent. @throws when the lease has no time left for it */
  ask(): void;
  allowAnother(error: EndpointFault): boolean;
  /** A reply was lost on the way. */
  readonly ambiguous: boolean;
  /** How the last try that was sent ended; undefined when none was. */
  failureOf(thrown: EndpointFault): EndpointFault | undefined;
}

function countTries({ time }: Leased, wasAmbiguous: boolean): Tries {
  let ambiguous = wasAmbiguous;
  let nonceAsked = false;
  let lapse: EndpointFault | undefined;
  let failure: EndpointFault | undefined;
  return {
    ask() {
      if (time.allowsRequest) return;
      lapse = notSent();
      throw lapse;
    },
    allowAnother(error) {
      if (lapse) return false;
      failure = error;
      const kind = classifyRefusal(error);
      if (kind === 'ambiguous') ambiguous = true;
      const again = kind === 'ambiguous' || kind === 'unsent' || (kind === 'nonce' && !nonceAsked);
      if (kind === 'nonce') nonceAsked = true;
      return again && error.code !== 'timeout';
    },
    get ambiguous() {
      return ambiguous;
    },
    failureOf: (thrown) => (lapse ? failure : thrown),
  };
}

/** One request, which lives as long as its lease allows. Whatever goes wrong becomes a TokenEndpointError. */
async function sendOnce(
  parts: SendParts,
  leased: Leased,
  { scopes, demand }: Flight,
  tries: Tries,
  onLate: OnLateTokens,
): Promise<ReceivedTokens> {
  const { clock, serverClock } = parts;
  const { record, time } = leased;
  const givenUp = new AbortController();
  const settled = new AbortController();
  tries.ask();
  const ask = { scopes, claims: demand.claims, signal: givenUp.signal, beforeSend: tries.ask };
  const took = stopwatch(clock);
  const reply = request(parts, record, ask).then((tokens) =>
    receiveTokens(tokens, clock.now(), Math.round(took())),
  );
  const lifeMs = time.requestLifeMs;
  const timeout = deadline(clock, lifeMs, { signal: settled.signal }).then(async () => {
    givenUp.abort();
    // A provider that obeys its signal now says how far its request came.
    await deadline(clock, 0, { signal: settled.signal });
    reply.then(onLate, () => undefined);
    throw unanswered(lifeMs);
  });
  timeout.catch(() => undefined);
  try {
    const received = await Promise.race([reply, timeout]);
    serverClock.learn(received.access?.serverDate);
    return received;
  } catch (error) {
    throw endpointFault(error, record);
  } finally {
    settled.abort();
  }
}

const notSent = () =>
  new TokenEndpointError({
    code: 'timeout',
    sent: false,
    description: 'its lease had no time left for the request, so it was not sent',
  });

const unanswered = (ms: number) =>
  new TokenEndpointError({
    code: 'timeout',
    description: `no answer came within ${Math.round(ms / 1000)} s, and the request was given up`,
  });

async function request(
  { provider }: Pick<RenewalContext, 'provider'>,
  { grant }: CredentialRecord,
  ask: ProviderContext,
): Promise<TokenSet> {
  const { refreshToken } = grant;
  if (refreshToken !== undefined && provider.refresh) return provider.refresh({ refreshToken }, ask);
  if (provider.acquire) return provider.acquire(ask);
  throw new TokenEndpointError({ code: 'unsupported_grant_type' });
}
