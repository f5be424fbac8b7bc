import { invalidOption } from '../check-option.ts';
import { AuthError } from '../errors/auth-error.ts';
import { forgive } from '../forgive.ts';

/* What became of the request whose call failed. */
export const NOTHING_SENT = 'nothing was sent';
export const RESPONSE_LOST = 'the response of a request that was sent is lost';

/**
 * What a function of the program answers. It has to answer at once: a promise would be taken for a yes, or for a token.
 * Errors of ours pass.
 * @param option - the function, as the program calls it
 * @throws {ConfigurationError} when it throws, or returns a promise
 */
export function atOnce<T>(option: string, outcome: string, answer: () => T): T {
  let answered: T;
  try {
    answered = answer();
  } catch (cause) {
    throw careless(option, outcome, cause);
  }
  if (!forgive(answered)) return answered;
  throw invalidOption(option, `returned a promise, so ${outcome}. It must answer at once.`);
}

/** The error for a function of the program that failed with this cause. */
export function careless(option: string, outcome: string, cause: unknown): unknown {
  if (cause instanceof AuthError) return cause;
  return invalidOption(option, `threw, so ${outcome}. Look at \`cause\`, and mend the function.`, cause);
}
