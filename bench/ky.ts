import { parseArgs } from 'node:util';
import ky, { type KyInstance } from 'ky';
import { startAnswering } from './answering-process.ts';
import { PLACES, send } from './ky-places.ts';

/*
 * What bearerAuth costs while the token in hand is good, and what each place it could stand at costs by itself: against
 * ky with a fixed header, in turn within one run. `npm run ky`, `npm run ky -- --rounds 500`. How many requests a second
 * a program makes that has only one of them: `npm run ky:throughput`.
 */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, operations: { type: 'string', default: '100' } },
});
const rounds = Number(values.rounds);
const operations = Number(values.operations);

interface Subject {
  name: string;
  run(): Promise<unknown>;
}

/** Microseconds a request. `cpu` is of this process alone: other work on the machine does not count. */
interface Time {
  wall: number;
  cpu: number;
}

/** Of each subject, the rounds in order. The order within a round is drawn: each pays for the garbage of each now and then. */
async function timesOf(subjects: Subject[], atOnce: number): Promise<Map<string, Time[]>> {
  const times = new Map<string, Time[]>(subjects.map(({ name }) => [name, []]));
  for (let round = -5; round < rounds; round++) {
    for (const { name, run } of inDrawnOrder(subjects)) {
      const begunAt = performance.now();
      const cpuBefore = process.cpuUsage();
      const lane = async () => {
        for (let n = 0; n < operations / atOnce; n++) await run();
      };
      await Promise.all(Array.from({ length: atOnce }, lane));
      const { user, system } = process.cpuUsage(cpuBefore);
      const wall = (performance.now() - begunAt) * 1_000;
      if (round >= 0) times.get(name)?.push({ wall: wall / operations, cpu: (user + system) / operations });
    }
  }
  return times;
}

function inDrawnOrder(subjects: Subject[]): Subject[] {
  const drawn = subjects.map((subject) => ({ subject, lot: Math.random() }));
  return drawn.toSorted((a, b) => a.lot - b.lot).map(({ subject }) => subject);
}

const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

function print(title: string, times: Map<string, Time[]>): void {
  const base = times.get('a fixed header') ?? [];
  const columns = ['us CPU', 'added', 'share by CPU', 'share by clock'];
  console.log(`\n${title}\n${''.padEnd(36)}${columns.map((name) => name.padStart(15)).join('')}`);
  for (const [name, list] of times) {
    const against = (compare: (mine: Time, fixed: Time) => number) =>
      median(list.map((time, round) => compare(time, base[round] as Time)));
    const cells = [
      median(list.map(({ cpu }) => cpu)).toFixed(1),
      against((mine, fixed) => mine.cpu - fixed.cpu).toFixed(1),
      against((mine, fixed) => fixed.cpu / mine.cpu).toFixed(3),
      against((mine, fixed) => fixed.wall / mine.wall).toFixed(3),
    ];
    console.log(`${name.padEnd(36)}${cells.map((cell) => cell.padStart(15)).join('')}`);
  }
}

function subjects(api: KyInstance, origin: string, inner: typeof send): Subject[] {
  return PLACES.map(([name, place]) => {
    const placed = place(api, origin, inner);
    return { name, run: () => placed.get(`${origin}/v1/things?x=1`).json() };
  });
}

const stub = async () => new Response('{}', { headers: { 'content-type': 'application/json' } });
const stubbed = subjects(ky.create({ fetch: stub }), 'https://api.example.com', stub);
print('Over a stubbed fetch', await timesOf(stubbed, 1));

await using server = await startAnswering();
print('Over loopback, 1 KB, 4 at a time', await timesOf(subjects(ky.create({}), server.origin, send), 4));
