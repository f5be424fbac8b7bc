import { AuthError } from '../errors/auth-error.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';

/** These functions, with every failure of theirs as a TokenBackendError. */
export async function attempt<T>(
  what: string,
  location: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw storeFault(what, location, cause);
  }
}

/** Errors of drivers carry parameters, which hold tokens: of those only name and code pass. */
export function storeFault(what: string, location: string | undefined, cause: unknown): unknown {
  if (cause instanceof AuthError) return cause;
  const store = location === undefined ? 'The store' : `The store (${location})`;
  return new TokenBackendError({
    code: 'unavailable',
    message: `${store} failed to ${what}. Check that it can be reached, and the code of the cause; the tokens in memory are kept.`,
    cause,
  });
}
