/** What Redis did not answer in time: it may have done it, or do it yet. */
export class NoAnswer extends Error {}

/** Rejects with {@link NoAnswer} after `ms`; what comes after that is ignored. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    // A process that was kept busy finds the answer waiting behind this timer: it is read first.
    timer = setTimeout(() => setImmediate(() => reject(new NoAnswer())), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
