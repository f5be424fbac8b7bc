import {
  AuthError,
  ConfigurationError,
  ReauthorizationRequiredError,
  TokenBackendError,
} from '@everbearer/core';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';

/** What may be shown of an error. Those of this library hold no secret; of any other, the name alone is shown. */
export function shownError(error: unknown): { code: string; message: string } {
  if (error instanceof ReauthorizationRequiredError) {
    return { code: error.code, message: `${messageOf(error)} On the command line: everbearer login` };
  }
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

/** With the fault below it, where that says more. */
function messageOf({ message, cause }: AuthError): string {
  const below = cause instanceof AuthError ? cause.message : undefined;
  return below === undefined || message.includes(below) ? message : `${message} (${below})`;
}

/** How a command ends that fails with this. */
export function errorStatus(error: unknown): ExitStatus {
  if (error instanceof ReauthorizationRequiredError) return EXIT.signIn;
  const isUnknown = error instanceof ConfigurationError || error instanceof TokenBackendError;
  return isUnknown || !(error instanceof AuthError) ? EXIT.cannotTell : EXIT.warning;
}
