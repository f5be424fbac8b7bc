/** What is timed; one call is one operation. */
export interface Subject {
  name: string;
  run(): unknown;
}

export interface Timing {
  name: string;
  /** Median over the rounds, nanoseconds an operation. */
  ns: number;
}

/**
 * Times the subjects in turn, round after round, so that a drift of the machine meets them all alike. Medians of
 * the rounds are returned.
 */
export async function measure(
  subjects: Subject[],
  { rounds = 15, operations = 20_000 } = {},
): Promise<Timing[]> {
  const times = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (const { name, run } of subjects) {
      const begunAt = performance.now();
      for (let n = 0; n < operations; n++) await run();
      const ns = ((performance.now() - begunAt) * 1e6) / operations;
      if (round >= 0) times.get(name)?.push(ns);
    }
  }
  return subjects.map(({ name }) => ({ name, ns: median(times.get(name) ?? []) }));
}

/** The same for operations that return at once. */
export function measureSync(subjects: Subject[], { rounds = 15, operations = 1_000_000 } = {}): Timing[] {
  const times = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (const { name, run } of subjects) {
      const begunAt = performance.now();
      for (let n = 0; n < operations; n++) run();
      const ns = ((performance.now() - begunAt) * 1e6) / operations;
      if (round >= 0) times.get(name)?.push(ns);
    }
  }
  return subjects.map(({ name }) => ({ name, ns: median(times.get(name) ?? []) }));
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
