/** One line of the table. */
export interface Row {
  what: string;
  /** What the same costs with fetch and a fixed header, measured in turn with ours; absent where there is no such thing. */
  floor?: string;
  ours: string;
  goal: string;
  met: boolean;
}

/** The rows of one file. What is measured beside what is up to it; one run, one machine. */
export interface Theme {
  /** Its place in the table: rows are ordered by it. */
  order: number;
  /** About how long it takes on a machine that does nothing else. Given up after {@link mostSeconds}. */
  seconds: number;
  /** Measured beside the baseline. */
  hasBaseline?: true;
  measure(): Promise<Row[]>;
}

/** After so many seconds something hangs, however busy the machine is. */
export const mostSeconds = ({ seconds }: Pick<Theme, 'seconds'>): number => 60 + 3 * seconds;

export const nanoseconds = (ns: number): string => `${Math.round(ns).toLocaleString('en')} ns`;
export const milliseconds = (ms: number): string => `${ms.toFixed(1)} ms`;

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
