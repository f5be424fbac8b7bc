import { median } from './row.ts';

/** What is timed; one call is one operation. */
export interface Subject {
  name: string;
  run(): unknown;
}

export interface Timing {
  name: string;
  /** Median over the rounds, nanoseconds of processor time an operation: others on the machine matter less so. */
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
      const before = process.cpuUsage();
      for (let n = 0; n < operations; n++) await run();
      const ns = cpuUs(before) * (1_000 / operations);
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
      const before = process.cpuUsage();
      for (let n = 0; n < operations; n++) run();
      const ns = cpuUs(before) * (1_000 / operations);
      if (round >= 0) times.get(name)?.push(ns);
    }
  }
  return subjects.map(({ name }) => ({ name, ns: median(times.get(name) ?? []) }));
}

/**
 * How much more processor time `ours` takes an operation than `floor`. Short rounds of each run right after one another,
 * in turns as to which comes first, so that a collection of garbage or a neighbour meets both alike; totals are held
 * against each other.
 */
export async function measureCpuRatio(
  floor: () => Promise<unknown>,
  ours: () => Promise<unknown>,
  { rounds = 300, operations = 100 } = {},
): Promise<{ ratio: number; floorUs: number; oursUs: number }> {
  const total = { floor: 0, ours: 0 };
  for (let round = -20; round < rounds; round++) {
    const pair = [
      ['floor', floor],
      ['ours', ours],
    ] as const;
    for (const [name, run] of round % 2 === 0 ? pair : pair.toReversed()) {
      const before = process.cpuUsage();
      for (let n = 0; n < operations; n++) await run();
      if (round >= 0) total[name] += cpuUs(before);
    }
  }
  const each = rounds * operations;
  return { ratio: total.ours / total.floor, floorUs: total.floor / each, oursUs: total.ours / each };
}

function cpuUs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}
