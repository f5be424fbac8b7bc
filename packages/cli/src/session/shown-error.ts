import {
  AuthError,
  ConfigurationError,
  OriginNotAllowedError,
  ReauthorizationRequiredError,
  TokenBackendError,
} from '@everbearer/core';
import { forPerson } from '../print/status-words.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';

/** What may be shown of an error. Those of this library hold no secret; of any other, the name alone is shown. */
export function shownError(error: unknown): { code: string; message: string } {
  if (error instanceof OriginNotAllowedError) return { code: error.code, message: originMessage(error) };
  if (error instanceof AuthError) return { code: error.code, message: messageOf(error) };
  if ((error as { name?: string } | undefined)?.name === 'AbortError') {
    return { code: 'aborted', message: 'Ended before it was done.' };
  }
  const {
    name = 'Error',
    code,
    stack = '',
  } = (error ?? {}) as { name?: string; code?: string; stack?: string };
  const at = stack
    .split('\n')
    .find((line) => /^\s+at /.test(line))
    ?.trim();
  return {
    code: code ?? 'unexpected',
    message: `An unexpected ${name}${code ? ` (${code})` : ''} ${at ?? ''}`,
  };
}

/** With the fault below it, where that says more. Only the first says how to sign in. */
function messageOf({ message, cause }: AuthError): string {
  const [, account] = /\(account "([^"]+)"\)/.exec(message) ?? [];
  const shown = forPerson(message, account);
  if (!(cause instanceof AuthError) || message.includes(cause.message)) return shown;
  const below = shown === message ? cause.message : cause.message.replace(/ Sign in again and .*$/, '');
  return `${below} ${shown}`;
}

function originMessage({ message, origin }: OriginNotAllowedError): string {
  return /is not encrypted/.test(message)
    ? `The request to ${origin} was not sent: it is not encrypted. Use https.`
    : `The request to ${origin} was not sent: it is not among the origins that the token may go to. Add it: --origin ${origin}`;
}

/** How a command ends that fails with this. */
export function errorStatus(error: unknown): ExitStatus {
  if (error instanceof ReauthorizationRequiredError) return EXIT.signIn;
  const isUnknown =
    error instanceof ConfigurationError ||
    error instanceof OriginNotAllowedError ||
    error instanceof TokenBackendError;
  return isUnknown || !(error instanceof AuthError) ? EXIT.cannotTell : EXIT.warning;
}
