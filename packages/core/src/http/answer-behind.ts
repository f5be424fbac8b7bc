import { askFor, heldBy, sourceFor, tokenOf } from './ask-source.ts';
import type { Attempt, Hop } from './attempt.ts';
import type { TokenSourceLike } from './guard-options.ts';
import type { IssuedHeaders } from './issued-headers.ts';
import { discardBody } from './kept-body.ts';
import { type OriginStanding, originForMessage } from './origins.ts';
import { asRedirected, hopAfter, MOST_REDIRECTS, redirectFailure } from './redirects.ts';
import { type Bearing, sendBearing } from './send-bearing.ts';

/** A response, and what the last of the requests that led to it bore; undefined where it bore nothing of ours. */
export interface Answer {
  readonly response: Response;
  readonly bore: Bearing | undefined;
}

/** The parts of a guard that a send needs. */
export interface SendTools {
  readonly source: TokenSourceLike;
  readonly scopes: readonly string[] | undefined;
  readonly issued: IssuedHeaders;
  standingOf(url: string): OriginStanding;
}

/**
 * Goes on to wherever the redirects behind a response lead: with a token where one may go, without anything of ours where none
 * may. Where the client follows redirects itself, it has taken the token to its own origin alone.
 * @param first - what the request bore that was answered with `response`
 */
export async function answerBehind(
  response: Response,
  attempt: Attempt,
  first: Bearing,
  tools: SendTools,
): Promise<Answer> {
  const { replayable, followed } = attempt;
  let last = response;
  let bore: Bearing | undefined = first;
  let hop: Hop = { url: attempt.url, method: attempt.method, keepsBody: true, crossed: false };
  let hops = 0;
  for (;;) {
    const next = followed ? hopAfter(last, hop, replayable) : undefined;
    if (!next) break;
    discardBody(last);
    if (hops++ === MOST_REDIRECTS) throw redirectFailure('there are too many');
    hop = next;
    bore = await bearingFor(hop, attempt, first, tools);
    last = await (bore ? sendBearing(attempt, bore, tools.issued, hop) : attempt.send(null, hop));
  }
  // Where the client follows by itself, it takes the token to no other server.
  const elsewhere = last.redirected && originForMessage(last.url) !== originForMessage(hop.url);
  return { response: hops > 0 ? asRedirected(last) : last, bore: elsewhere ? undefined : bore };
}

/** The token for a hop: that of the first request, unless a function picks another source for the new URL. */
async function bearingFor(
  hop: Hop,
  attempt: Attempt,
  first: Bearing,
  tools: SendTools,
): Promise<Bearing | undefined> {
  if (tools.standingOf(hop.url) !== 'allowed') return undefined;
  const { call, signal } = attempt;
  const source = sourceFor({ ...hop, call }, tools.source);
  if (source === first.source) return first;
  const ask = askFor(attempt, tools.scopes);
  return { source, ask, token: heldBy(source, ask) ?? (await tokenOf(source, ask, signal)) };
}
