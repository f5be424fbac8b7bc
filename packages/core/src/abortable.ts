/**
 * Waits for shared work without owning it: an abort makes this caller leave, the work goes on for the
 * others, and no listener stays behind on a long-lived signal.
 */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * Ends a wait whose outcome nobody needs any more. A signal that is given no reason makes an error with a stack for it, which
 * takes longer than the rest of a short wait.
 */
export function endWait(wait: AbortController): void {
  wait.abort('over');
}
