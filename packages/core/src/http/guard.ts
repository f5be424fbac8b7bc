import { OriginNotAllowedError } from '../errors/origin-not-allowed-error.ts';
import { askFor, askSource, STREAM_MIN_LIFE_MS, sourceFor } from './ask-source.ts';
import type { Attempt, OutgoingRequest } from './attempt.ts';
import {
  checkGuardOptions,
  type GuardOptions,
  type OptionsOwner,
  type TokenSourceLike,
} from './guard-options.ts';
import { handlingOf } from './handling.ts';
import { createIssuedHeaders } from './issued-headers.ts';
import { compileOrigins, originForMessage } from './origins.ts';
import { replayIfRejected } from './replay.ts';
import { createTell } from './tell.ts';

/** What stands between a client and the wire: no request leaves without a valid token, or it does not leave. */
export interface Guard {
  /**
   * Whether `send` would have a token at once now, whatever the request: then `authorize` need not be called before. For
   * adapters whose place for that call costs time: ky copies and freezes its options for a `beforeRequest` hook. Counts for
   * calls without an `auth` of their own. Always false where a function picks the source, since that needs the URL.
   */
  holdsToken(): boolean;
  /**
   * The `Authorization` for this request as it is now: undefined when it is not ours to set, null when it must
   * go. For setting it early, where a wait does not count for the client's time-out; only `send` sees the final URL.
   * Rejects with the source's own errors, too.
   * @throws {AuthError} `no_token`, when the source resolved to nothing, or failed with an error that reads as if a request
   * had failed
   * @throws {ConfigurationError} when the source handed out something that cannot be sent
   */
  authorize(request: OutgoingRequest): string | null | undefined | Promise<string>;
  /**
   * Sends the request under authorization; after a rejection renews, and sends it once more. Rejects with the errors of
   * `authorize`, with those of the source, and with those of `attempt.send`.
   * @throws {OriginNotAllowedError} when no token may go there; nothing was sent
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
  const { scopes, onForeignOrigin = 'throw', isRejected = isUnauthorized, onEvent } = given;
  const issued = createIssuedHeaders();
  const tell = createTell(onEvent);
  const settings = { standingOf: compileOrigins(given), issued, onForeignOrigin, scopes, isRejected, tell };

  return {
    holdsToken: () =>
      typeof source !== 'function' && source.peek?.({ scopes, minLifeMs: STREAM_MIN_LIFE_MS }) !== undefined,
    authorize(request) {
      const handling = handlingOf(request, settings);
      if (handling !== 'allowed') return handling === 'strip' ? null : undefined;
      const from = sourceFor(request, source);
      const ask = askFor(request, scopes);
      const held = from.peek?.(ask);
      if (held) return issued.issue(held, request.call);
      return askSource(from, ask, request.signal).then((token) => issued.issue(token, request.call));
    },
    async send(attempt) {
      try {
        const handling = handlingOf(attempt, settings);
        if (handling === 'pass') return await attempt.send(undefined);
        if (handling === 'strip') return await attempt.send(null);
        if (handling !== 'allowed') {
          tell?.({ type: 'not_sent', reason: 'origin_not_allowed' }, { attempt, source });
          const origin = originForMessage(attempt.url);
          throw new OriginNotAllowedError({ origin, insecure: handling === 'insecure' });
        }
        const from = sourceFor(attempt, source);
        const ask = askFor(attempt, scopes);
        let token = from.peek?.(ask);
        if (!token) {
          attempt.snapshot?.();
          token = await askSource(from, ask, attempt.signal);
        }
        const response = await attempt.send(issued.issue(token, attempt.call));
        if (response.ok) return response;
        return await replayIfRejected({ response, attempt, source: from, token, ask }, settings);
      } finally {
        attempt.discard?.();
      }
    },
  };
}

function isUnauthorized({ status }: Response): boolean {
  return status === 401;
}
