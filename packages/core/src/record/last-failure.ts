import type { AuthError } from '../errors/auth-error.ts';
import { LONGEST_CAUSE, LONGEST_MESSAGE } from './limits.ts';

/** The last refusal or failure since tokens were last obtained. Never holds a token. */
export interface LastFailure {
  /** The `code` of the error: of the token endpoint, `network`, `timeout`, `configuration` ... */
  code: string;
  /** The message of the error, with the remedy; absent where the writer kept none. */
  message?: string | undefined;
  /** Name or code of what the error came from, for instance `ECONNREFUSED`, where there was something. */
  cause?: string | undefined;
  /** The scopes that were asked for, sorted and joined by spaces, which need not be those of the default token. */
  scope?: string | undefined;
  /** When it happened, in milliseconds since the epoch, by the clock of the process that saw it. */
  at: number;
}

/** What the record keeps of an error that quotes no token. */
export function lastFailureOf(
  { code, message, cause }: AuthError,
  at: number,
  scope: string | undefined,
): LastFailure {
  const { code: causeCode, message: causeText } = (cause ?? {}) as { code?: string; message?: string };
  return {
    code,
    message: message.slice(0, LONGEST_MESSAGE),
    cause: (causeCode ?? causeText)?.slice(0, LONGEST_CAUSE),
    scope,
    at,
  };
}
