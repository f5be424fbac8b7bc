import { abortable } from '../abortable.ts';
import type { AccessTokenInit, TokenAsk, TokenSource } from '../token.ts';
import { askSource } from './ask-source.ts';
import type { Attempt } from './attempt.ts';
import { bearerChallenge } from './challenge.ts';
import { stepUpOf } from './challenge-meaning.ts';
import type { GuardOptions } from './guard-options.ts';
import type { IssuedHeaders } from './issued-headers.ts';
import { discardBody } from './kept-body.ts';
import { originForMessage } from './origins.ts';
import type { Tell } from './tell.ts';

/** A response that reports a failure, and the attempt that it answers. */
export interface Answer {
  readonly response: Response;
  readonly attempt: Attempt;
  readonly source: TokenSource;
  /** The token that the request bore, and what it was asked for with. */
  readonly token: AccessTokenInit;
  readonly ask: TokenAsk | undefined;
}

/** What of a guard a replay needs. */
export interface ReplayTools {
  readonly isRejected: NonNullable<GuardOptions['isRejected']>;
  readonly issued: IssuedHeaders;
  readonly tell: Tell | undefined;
}

const IDEMPOTENT = /^(get|head|options|trace|query|put|delete)$/i;

/** The response for the caller: this one, or that of the request sent once more with a renewed token. */
export async function replayIfRejected(answer: Answer, tools: ReplayTools): Promise<Response> {
  const { response, attempt, token } = answer;
  const { issued, tell } = tools;
  const rejected = await isRejection(answer, tools.isRejected);
  // A redirect led to another server, and fetch does not take the token there.
  if (response.redirected && originForMessage(response.url) !== originForMessage(attempt.url))
    return response;
  if (!rejected && response.status !== 401 && response.status !== 403) return response;
  const challenge = bearerChallenge(response) ?? {};
  const stepUp = stepUpOf(challenge, token.token);
  if (stepUp) tell?.({ type: 'step_up_required', ...stepUp }, answer);
  if (stepUp || !rejected) return response;

  const claims = challenge.error === 'insufficient_claims' ? challenge.claims : undefined;
  const ask = { ...answer.ask, rejected: token.token, claims };
  const renewed = await successor({ ...answer, ask }, issued);
  if (!renewed) {
    tell?.({ type: 'rejected' }, answer);
    return response;
  }
  const { call, method } = attempt;
  call.replayed = true;
  discardBody(response);
  tell?.({ type: 'replayed', method }, answer);
  const second = await attempt.send(issued.issue(renewed, call));
  return second.ok ? second : replayIfRejected({ ...answer, response: second, token: renewed }, tools);
}

/** Whether the response rejects the token. Only a predicate of the caller's may take its time. */
async function isRejection(
  { response, attempt: { signal } }: Answer,
  isRejected: ReplayTools['isRejected'],
): Promise<boolean> {
  try {
    const rejected = isRejected(response);
    return typeof rejected === 'object' ? await abortable(Promise.resolve(rejected), signal) : rejected;
  } catch (error) {
    discardBody(response);
    throw error;
  }
}

/** A token to send the request once more with; undefined where that cannot be, or cannot help. */
async function successor(
  { response, attempt, source, token, ask }: Answer,
  issued: IssuedHeaders,
): Promise<AccessTokenInit | undefined> {
  const { call, signal, method, replayable } = attempt;
  if (call.replayed) return undefined;
  // A server that redirected the request may have acted on it: then only idempotent methods are replayed (RFC 9110,
  // section 9.2.2).
  if (!replayable || (response.redirected && !IDEMPOTENT.test(method))) {
    // Nobody waits for it: it is for the next call.
    askSource(source, ask, undefined).catch(() => undefined);
    return undefined;
  }
  try {
    const renewed = await askSource(source, ask, signal);
    issued.issue(renewed, call);
    return renewed.token === token.token ? undefined : renewed;
  } catch (error) {
    if (!signal?.aborted) return undefined;
    discardBody(response);
    throw error;
  }
}
