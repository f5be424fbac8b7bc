import { AuthError, ConfigurationError } from '@everbearer/core';

/** How long a sign-in may take. */
export interface Deadline {
  ms: number;
  /** What it rejects with when that is over. */
  error(): Error;
  /** Ends it before that; it then rejects with the signal's reason. */
  signal: AbortSignal | undefined;
}

/** Whatever is done in time; what comes later is heard by nobody. */
export async function inTime<T>(work: Promise<T>, { ms, error, signal }: Deadline): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal?.reason);
  const timer = setTimeout(() => reject(error()), ms);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * Calls a callback of the caller's. Our own errors pass.
 * @throws {ConfigurationError} that names the option, whatever goes wrong in it, at once or later
 */
export async function called(option: string, callback: () => unknown): Promise<void> {
  try {
    await callback();
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    const message = `\`${option}\` threw, so the sign-in ended. Look at \`cause\`, mend the function, and start the sign-in again.`;
    throw new ConfigurationError({ option, message, cause });
  }
}

/** @throws {ConfigurationError} unless it is a duration that a timer can count, or undefined */
export function allowTimeout(value: unknown, without: string): void {
  if (value === undefined || (typeof value === 'number' && value > 0 && value <= 2_147_483_647)) return;
  throw new ConfigurationError({
    option: 'timeoutMs',
    message: `\`timeoutMs\` must be a number of milliseconds above 0. Leave it out for ${without}.`,
  });
}

/** @throws {ConfigurationError} unless it is an AbortSignal or undefined */
export function allowSignal(value: unknown): void {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  if (value === undefined || (typeof aborted === 'boolean' && typeof addEventListener === 'function')) return;
  throw new ConfigurationError({
    option: 'signal',
    message: '`signal` must be an AbortSignal. Pass the `signal` of an AbortController, or leave it out.',
  });
}
