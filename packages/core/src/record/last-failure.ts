import type { AuthError } from '../errors/auth-error.ts';
import { EndpointFailure } from '../errors/endpoint-failure.ts';
import { LONGEST_CAUSE, LONGEST_DESCRIPTION, LONGEST_MESSAGE } from './limits.ts';

/** The last refusal or failure since tokens were last obtained. Never holds a token. */
export interface LastFailure {
  /** The `code` of the error: of the token endpoint, `network`, `timeout`, `configuration` ... */
  code: string;
  /** The HTTP status, where there was a reply. */
  status?: number | undefined;
  /** The server's own words: its `error_description`, without secrets, where it sent one. */
  description?: string | undefined;
  /** The message of the error, with the remedy; absent where the writer kept none. */
  message?: string | undefined;
  /** Name or code of what the error came from, for instance `ECONNREFUSED`, where there was something. */
  cause?: string | undefined;
  /** The server asked for a pause (`Retry-After`). */
  asked?: boolean | undefined;
  /** The scopes that were asked for, sorted and joined by spaces, which need not be those of the default token. */
  scope?: string | undefined;
  /** When it happened, in milliseconds since the epoch, by the clock of the process that saw it. */
  at: number;
}

/** What the record keeps of an error that quotes no token. */
export function lastFailureOf(error: AuthError, at: number, scope: string | undefined): LastFailure {
  const { code, message, cause } = error;
  const { code: causeCode, message: causeText } = (cause ?? {}) as { code?: string; message?: string };
  return {
    ...wordsOf(error),
    code,
    message: message.slice(0, LONGEST_MESSAGE),
    cause: (causeCode ?? causeText)?.slice(0, LONGEST_CAUSE),
    asked:
      (error instanceof EndpointFailure && error.status !== undefined && (error.retryAfterMs ?? 0) > 0) ||
      undefined,
    scope,
    at,
  };
}

/** What the server itself said, of an error that quotes no token. */
export function wordsOf(error: AuthError): Pick<LastFailure, 'code' | 'status' | 'description'> {
  const { code } = error;
  if (!(error instanceof EndpointFailure)) return { code };
  const { status, description } = error;
  const told = Number.isSafeInteger(status) && (status ?? -1) >= 0 ? status : undefined;
  return { code, status: told, description: description?.slice(0, LONGEST_DESCRIPTION) };
}
