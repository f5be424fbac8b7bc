/** Redis did not answer in time. It may have done what it was asked, or may do it later. */
export class NoAnswer extends Error {}

/** Rejects with {@link NoAnswer} after `ms`; an answer after that is ignored. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    // In a process that was kept busy, the answer may be waiting behind this timer: it is read first.
    timer = setTimeout(() => setImmediate(() => reject(new NoAnswer())), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
