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
 * How much more processor time `ours` takes an operation than `floor`: the median over rounds of one short run of each, in
 * an order that is drawn. A collection of garbage costs as much as hundreds of operations and falls into one run of many:
 * those do not count, and with an order of its own it would fall into the same place again and again.
 */
export async function measureCpuRatio(
  floor: () => Promise<unknown>,
  ours: () => Promise<unknown>,
  { rounds = 400, operations = 50 } = {},
): Promise<{ ratio: number; floorUs: number; oursUs: number }> {
  async function perOperation(run: () => Promise<unknown>): Promise<number> {
    const before = process.cpuUsage();
    for (let n = 0; n < operations; n++) await run();
    return cpuUs(before) / operations;
  }
  const measured: { floorUs: number; oursUs: number }[] = [];
  for (let round = -40; round < rounds; round++) {
    const floorFirst = Math.random() < 0.5;
    const first = await perOperation(floorFirst ? floor : ours);
    const second = await perOperation(floorFirst ? ours : floor);
    const [floorUs, oursUs] = floorFirst ? [first, second] : [second, first];
    if (round >= 0) measured.push({ floorUs, oursUs });
  }
  return {
    ratio: median(measured.map(({ floorUs, oursUs }) => oursUs / floorUs)),
    floorUs: median(measured.map(({ floorUs }) => floorUs)),
    oursUs: median(measured.map(({ oursUs }) => oursUs)),
  };
}

function cpuUs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}
