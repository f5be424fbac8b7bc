import { OriginNotAllowedError } from '../errors/origin-not-allowed-error.ts';
import type { OptionsOwner } from '../option-rules.ts';
import type { AccessTokenInit } from '../token.ts';
import { askFor, heldBy, STREAM_MIN_LIFE_MS, sourceFor, tokenOf } from './ask-source.ts';
import type { Attempt, OutgoingRequest } from './attempt.ts';
import { checkGuardOptions, type GuardOptions, type TokenSourceLike } from './guard-options.ts';
import { type Handling, handlingOf } from './handling.ts';
import { createIssuedHeaders } from './issued-headers.ts';
import { judged } from './judged.ts';
import { answeringOrigins, checkedOrigins, compileOrigins, originForMessage } from './origins.ts';
import { passesUnread } from './response-verdict.ts';
import { type Bearing, sendBearing } from './send-bearing.ts';
import { createTell } from './tell.ts';

/** What stands between a client and the wire: no request leaves without a valid token, or it does not leave. */
export interface Guard {
  /**
   * Whether `send` would have a token at once now, whatever the request: then `prepare` need not be called before. For
   * adapters whose place for that call costs time: ky copies and freezes its options for a `beforeRequest` hook. Counts for
   * calls without an `auth` of their own. Always false where a function picks the source, since that needs the URL.
   */
  holdsToken(): boolean;
  /**
   * Waits until there is a token for this request as it is now; undefined where there is no need to wait. For the places of an
   * adapter where a wait does not count for the client's time-out. The token itself comes in `send`, which sees the final URL.
   * Rejects with the source's own errors, too.
   * @throws {AuthError} `no_token`, when the source resolved to nothing, or failed with an error that reads as if a request
   * had failed
   * @throws {Error} of `call.refusal`, where the request needs a token
   */
  prepare(request: OutgoingRequest): undefined | Promise<void>;
  /**
   * Sends the request under authorization; after a rejection renews, and sends it once more. Rejects with the errors of
   * `prepare`, with those of the source, and with those of `attempt.send`.
   * @throws {OriginNotAllowedError} when no token may go there; nothing was sent
   * @throws {ConfigurationError} when the source handed out something that cannot be sent
   */
  send(attempt: Attempt): Promise<Response>;
}

/**
 * Makes the guard that an adapter puts in front of its client.
 * @param owner - the adapter's own function and its own options, so that all options are checked together
 * @throws {ConfigurationError} that names the option and the remedy
 */
export function createGuard(source: TokenSourceLike, options: GuardOptions, owner: OptionsOwner): Guard {
  const given = checkGuardOptions(source, options, owner);
  given.origins = checkedOrigins(given);
  const { scopes } = given;
  let made: Tools | undefined;
  // What is not used is not made: clients are made more often than they are called.
  const tools = () => {
    made ??= createTools(source, given);
    return made;
  };

  return {
    holdsToken() {
      if (typeof source === 'function') return false;
      try {
        return heldBy(source, { scopes, minLifeMs: STREAM_MIN_LIFE_MS }) !== undefined;
      } catch {
        // `prepare` and `send` say what is wrong.
        return false;
      }
    },
    prepare(request) {
      const handling = handlingOf(request, tools());
      if (handling === 'unknown') refuse(handling, request, tools());
      if (handling !== 'allowed') return undefined;
      const from = sourceFor(request, source);
      const ask = askFor(request, scopes);
      return heldBy(from, ask) ? undefined : tokenOf(from, ask, request.signal).then(() => undefined);
    },
    send(attempt) {
      const { discard } = attempt;
      const sent = begun(attempt, tools());
      return discard ? sent.finally(discard) : sent;
    },
  };
}

type Tools = ReturnType<typeof createTools>;

function createTools(source: TokenSourceLike, given: GuardOptions) {
  const { scopes, onForeignOrigin = 'throw', isRejected = isUnauthorized, successes, onEvent } = given;
  return {
    source,
    scopes,
    onForeignOrigin,
    isRejected,
    issued: createIssuedHeaders(),
    tell: createTell(onEvent),
    standingOf: compileOrigins({ ...given, origins: answeringOrigins(given.origins) }),
    passes: (response: Response) => passesUnread(response, successes),
  };
}

function refuse(handling: Handling, request: OutgoingRequest, { tell, source }: Tools): never {
  const origin = originForMessage(request.url);
  if (handling === 'unknown' && request.call.refusal) throw request.call.refusal(origin);
  tell?.({ type: 'not_sent', reason: 'origin_not_allowed' }, { attempt: request, source });
  throw new OriginNotAllowedError({ origin, insecure: handling === 'insecure' });
}

/** No async function: most requests succeed with the token that is held, and are to cost no promise more than they must. */
function begun(attempt: Attempt, tools: Tools): Promise<Response> {
  try {
    const handling = handlingOf(attempt, tools);
    if (handling === 'pass') return attempt.send(undefined);
    if (handling === 'strip') return attempt.send(null);
    if (handling !== 'allowed') refuse(handling, attempt, tools);
    const source = sourceFor(attempt, tools.source);
    const ask = askFor(attempt, tools.scopes);
    const bear = (token: AccessTokenInit) => bearing(attempt, { source, token, ask }, tools);
    const held = heldBy(source, ask);
    return held ? bear(held) : tokenOf(source, ask, attempt.signal).then(bear);
  } catch (error) {
    return Promise.reject(error);
  }
}

function bearing(attempt: Attempt, bore: Bearing, tools: Tools): Promise<Response> {
  return sendBearing(attempt, bore, tools.issued).then((response) =>
    tools.passes(response) ? response : judged(response, attempt, bore, tools),
  );
}

function isUnauthorized({ status }: Response): boolean {
  return status === 401;
}
