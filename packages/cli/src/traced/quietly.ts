/** The same function, which never throws: a fault of the trace must not become one of the traced program. */
export function quietly<Args extends unknown[]>(work: (...args: Args) => void): (...args: Args) => void {
  return (...args) => {
    try {
      work(...args);
    } catch {
      // A line is missing then.
    }
  };
}
