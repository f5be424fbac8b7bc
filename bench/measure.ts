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
 * How much more processor time `ours` takes an operation than `floor`: the median over rounds of a short run of floor,
 * two of ours, and one of floor again, so that what drifts within a round meets both alike, and what disturbs a round
 * does not count.
 */
export async function measureCpuRatio(
  floor: () => Promise<unknown>,
  ours: () => Promise<unknown>,
  { rounds = 150, operations = 50 } = {},
): Promise<{ ratio: number; floorUs: number; oursUs: number }> {
  async function perOperation(run: () => Promise<unknown>): Promise<number> {
    const before = process.cpuUsage();
    for (let n = 0; n < operations; n++) await run();
    return cpuUs(before) / operations;
  }
  const measured: { floorUs: number; oursUs: number }[] = [];
  for (let round = -20; round < rounds; round++) {
    const [outer, inner] = round % 2 === 0 ? [floor, ours] : [ours, floor];
    const first = await perOperation(outer);
    const between = ((await perOperation(inner)) + (await perOperation(inner))) / 2;
    const around = (first + (await perOperation(outer))) / 2;
    const [floorUs, oursUs] = round % 2 === 0 ? [around, between] : [between, around];
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
