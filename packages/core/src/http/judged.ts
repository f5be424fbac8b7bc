import type { AccessTokenInit, TokenAsk } from '../token.ts';
import { type Answer, answerBehind, type SendTools } from './answer-behind.ts';
import { tokenOf } from './ask-source.ts';
import type { Attempt } from './attempt.ts';
import { bearerChallenge } from './challenge.ts';
import { stepUpOf } from './challenge-meaning.ts';
import type { GuardOptions } from './guard-options.ts';
import { discardBody } from './kept-body.ts';
import { isRejection } from './response-verdict.ts';
import { type Bearing, sendBearing } from './send-bearing.ts';
import type { Tell } from './tell.ts';

/** The parts of a guard that a replay needs. */
export interface ReplayTools extends SendTools {
  readonly isRejected: NonNullable<GuardOptions['isRejected']>;
  /** Whether a response goes to the caller unread. */
  passes(response: Response): boolean;
  readonly tell: Tell | undefined;
}

/** An answer that reports a failure, to be judged. */
interface Case extends Answer {
  readonly attempt: Attempt;
  /** What the call was first sent with: it begins there again. */
  readonly first: Bearing;
}

const IDEMPOTENT = /^(get|head|options|trace|query|put|delete)$/i;

/**
 * The response for the caller in place of one that is not a success: the one at the end of its redirects, or that of a
 * replay.
 */
export async function judged(
  response: Response,
  attempt: Attempt,
  first: Bearing,
  tools: ReplayTools,
): Promise<Response> {
  const answer = await answerBehind(response, attempt, first, tools);
  return tools.passes(answer.response)
    ? answer.response
    : replayIfRejected({ ...answer, attempt, first }, tools);
}

/** The response for the caller: this one, or that of the request sent once more with a renewed token. */
async function replayIfRejected(met: Case, tools: ReplayTools): Promise<Response> {
  const { response, bore, attempt, first } = met;
  const { tell } = tools;
  // The answer to a request without a token of ours says nothing about our token.
  if (!bore) return response;
  const rejected = await isRejection(response, tools.isRejected, attempt.signal);
  if (!rejected && response.status !== 401 && response.status !== 403) return response;
  const about = { attempt, source: bore.source };
  const challenge = bearerChallenge(response) ?? {};
  const stepUp = stepUpOf(challenge, bore.token.token);
  if (stepUp) tell?.({ type: 'step_up_required', ...stepUp }, about);
  // The proof was refused, and nothing was said of the token.
  if (stepUp || !rejected || challenge.error === 'use_dpop_nonce') return response;

  const rejection = { ...about, token: bore.token.token };
  const claims = challenge.error === 'insufficient_claims' ? challenge.claims : undefined;
  const renewed = await successor(met, { ...bore.ask, rejected: bore.token.token, claims }, tools);
  if (!renewed) {
    tell?.({ type: 'rejected' }, rejection);
    return response;
  }
  attempt.call.replayed = true;
  discardBody(response);
  tell?.({ type: 'replayed', method: attempt.method }, rejection);
  const again = first.source === bore.source ? { ...first, token: renewed } : first;
  const second = await sendBearing(attempt, again, tools.issued);
  return tools.passes(second) ? second : judged(second, attempt, again, tools);
}

/** A token to send the request once more with; undefined where that cannot be, or cannot help. */
async function successor(
  { response, attempt, bore }: Case,
  ask: TokenAsk,
  { issued }: ReplayTools,
): Promise<AccessTokenInit | undefined> {
  const { source, token } = bore as Bearing;
  const { call, signal, method, replayable } = attempt;
  if (call.replayed) return undefined;
  // A server that redirected the request may have acted on it: then only idempotent methods are replayed (RFC 9110,
  // section 9.2.2).
  if (!replayable || (response.redirected && !IDEMPOTENT.test(method))) {
    // The caller does not wait for it: it is for the next call.
    tokenOf(source, ask, undefined).catch(() => undefined);
    return undefined;
  }
  try {
    const renewed = await tokenOf(source, ask, signal);
    issued.issue(renewed, call);
    return renewed.token === token.token ? undefined : renewed;
  } catch (error) {
    if (!signal?.aborted) return undefined;
    discardBody(response);
    throw error;
  }
}
