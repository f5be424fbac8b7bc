import pRetry from 'p-retry';
import { stopwatch } from '../clock.ts';
import type { ProviderContext, TokenSet } from '../contract/token-provider.ts';
import { TokenEndpointError } from '../errors/token-endpoint-error.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { type ReceivedTokens, receiveTokens } from '../record/received-tokens.ts';
import { endpointFault } from './endpoint-fault.ts';
import { classifyRefusal, type EndpointFault, type RefusalClass } from './refusal-table.ts';
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

/** Hears of a reply that came after its time-out. */
export type OnLateTokens = (received: ReceivedTokens) => void;

export type RedeemParts = SendParts & Pick<RenewalContext, 'random' | 'repair'>;

type SendParts = Pick<RenewalContext, 'clock' | 'provider' | 'serverClock' | 'timing'>;

const PROMPT_RETRIES = 2;
const FIRST_RETRY_MS = 100;

/**
 * Presents the refresh token. A lost reply is retried at once with the same token, twice at most: many servers
 * accept that within seconds, and none forgives a longer wait. No try is sent that could outlast the lease.
 */
export async function redeem(
  parts: RedeemParts,
  leased: Leased,
  flight: Flight,
  onLate: OnLateTokens,
): Promise<Redemption> {
  const { clock, timing, repair, random } = parts;
  const lastSendAt = leased.takenAt + timing.leaseTtlMs - timing.requestTimeoutMs;
  const { lease, replyLost = false } = leased.record;
  let ambiguous = repair.suspicious || replyLost || (lease?.tookOver ?? false);
  let nonceAsked = false;
  const isPrompt = (error: EndpointFault) => {
    const kind = classifyRefusal(error);
    if (kind === 'ambiguous') ambiguous = true;
    const again = kind === 'ambiguous' || kind === 'unsent' || (kind === 'nonce' && !nonceAsked);
    if (kind === 'nonce') nonceAsked = true;
    return again && clock.monotonic() < lastSendAt;
  };
  try {
    const received = await pRetry(() => sendOnce(parts, leased.record, flight, onLate), {
      retries: PROMPT_RETRIES,
      // The pauses are the clock's, below.
      minTimeout: 0,
      async shouldRetry({ error, retriesConsumed }) {
        if (!isPrompt(error as EndpointFault)) return false;
        await clock.sleep(FIRST_RETRY_MS * 3 ** retriesConsumed * (1 + random()));
        return clock.monotonic() < lastSendAt;
      },
    });
    return { ok: true, received };
  } catch (thrown) {
    const error = thrown as EndpointFault;
    const kind = classifyRefusal(error);
    // A server that answers with a nonce twice asks for proofs that this provider does not make.
    return { ok: false, error, kind: kind === 'nonce' ? 'configuration' : kind, ambiguous };
  }
}

/** One request, with its own deadline. Whatever goes wrong becomes a TokenEndpointError. */
async function sendOnce(
  parts: SendParts,
  leased: CredentialRecord,
  { scopes, demand }: Flight,
  onLate: OnLateTokens,
): Promise<ReceivedTokens> {
  const { clock, timing, serverClock } = parts;
  const deadline = new AbortController();
  const settled = new AbortController();
  const ask = { scopes, claims: demand.claims, signal: deadline.signal };
  const took = stopwatch(clock);
  const reply = request(parts, leased, ask).then((tokens) =>
    receiveTokens(tokens, clock.now(), Math.round(took())),
  );
  const timeout = clock.sleep(timing.requestTimeoutMs, { signal: settled.signal }).then(() => {
    reply.then(onLate, () => undefined);
    deadline.abort();
    throw new TokenEndpointError({ code: 'timeout' });
  });
  timeout.catch(() => undefined);
  try {
    const received = await Promise.race([reply, timeout]);
    serverClock.learn(received.access?.serverDate);
    return received;
  } catch (error) {
    throw endpointFault(error, leased);
  } finally {
    settled.abort();
  }
}

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
