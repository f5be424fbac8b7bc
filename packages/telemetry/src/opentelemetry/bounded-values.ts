/** What everything beyond the first values is counted as: the semantic conventions call it so. */
export const OTHER = '_OTHER';

/**
 * Lets the first `limit` different values through and calls all others `_OTHER`, for good: an attribute with ever new values
 * makes ever new time series.
 */
export function boundedValues(limit: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= limit) return OTHER;
    known.add(value);
    return value;
  };
}
