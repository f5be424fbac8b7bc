import { median, quantile } from './row.ts';

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

/**
 * How much longer the slowest one in a hundred of `ours` takes than that of `floor`, by the clock: one by one, in an order that is
 * drawn, so that what else the machine does meets both. The median over parts of the run: a p99 of all would be that of its worst moment.
 */
export async function measureWaits(
  floor: () => Promise<unknown>,
  ours: () => Promise<unknown>,
  { parts = 20, operations = 1_000 } = {},
): Promise<{ ratio: number; floorUs: number; oursUs: number }> {
  const p99s: { floorUs: number; oursUs: number }[] = [];
  for (let part = 0; part < parts; part++) {
    const waits = { floor: [] as number[], ours: [] as number[] };
    for (let n = 0; n < operations; n++) {
      const inTurn = [
        ['floor', floor],
        ['ours', ours],
      ] as const;
      for (const [name, run] of Math.random() < 0.5 ? inTurn : inTurn.toReversed()) {
        const begunAt = performance.now();
        await run();
        waits[name].push((performance.now() - begunAt) * 1_000);
      }
    }
    p99s.push({ floorUs: quantile(waits.floor, 0.99), oursUs: quantile(waits.ours, 0.99) });
  }
  return {
    ratio: median(p99s.map(({ floorUs, oursUs }) => oursUs / floorUs)),
    floorUs: median(p99s.map(({ floorUs }) => floorUs)),
    oursUs: median(p99s.map(({ oursUs }) => oursUs)),
  };
}

function cpuUs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

/** The same things in an order that is drawn: what one leaves for the next to pay does not meet the same one each time. */
export function inDrawnOrder<T>(things: readonly T[]): T[] {
  const drawn = things.map((thing) => ({ thing, lot: Math.random() }));
  return drawn.toSorted((a, b) => a.lot - b.lot).map(({ thing }) => thing);
}
