/** The work of an SDK, a meter or a tracer: what it throws must end nothing of the program. */
export function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
