/** The same function, which never throws: a fault of the trace is none of the program that is traced. */
export function quietly<Args extends unknown[]>(work: (...args: Args) => void): (...args: Args) => void {
  return (...args) => {
    try {
      work(...args);
    } catch {
      // A line is missing then.
    }
  };
}
