const REQUEST_TIMEOUT_MS = 10_000;

/** Ends one request of a sign-in: after 10 seconds, or when the whole sign-in is aborted. */
export function signInRequestSignal(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

/** If the sign-in was aborted, whatever that made fail rejects with the reason of the abort instead. */
export async function abortedFirst<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
