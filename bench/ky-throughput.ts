import { startProcess } from '@everbearer/testing/supervise';
import ky from 'ky';
import { startAnswering } from './answering-process.ts';
import { PLACES, send } from './ky-places.ts';
import { median } from './row.ts';

/*
 * Requests a second over loopback with ky and a fixed header, and with bearerAuth: each in a process of its own, as
 * programs have one of them, and time after time in turn, since the machine is not the same from minute to minute.
 * `npm run ky:throughput`
 */

const SUBJECTS = ['a fixed header', 'a fixed header, once more', 'bearerAuth'];
const TIMES = 9;
const WARM_UP = 5_000;
const REQUESTS = 20_000;
const AT_ONCE = 4;

const [place, origin] = process.argv.slice(2);
if (place && origin) process.send?.(await requestsASecond(place, origin));
else await compare();

async function requestsASecond(name: string, origin: string): Promise<number> {
  const make = PLACES.find(([each]) => each === name)?.[1];
  if (!make) throw new Error(`There is no place "${name}".`);
  const api = make(ky.create({}), origin, send);
  const run = async (times: number) => {
    const lane = async () => {
      for (let n = 0; n < times / AT_ONCE; n++) await api.get(`${origin}/v1/things?x=1`).json();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  };
  await run(WARM_UP);
  const begunAt = performance.now();
  await run(REQUESTS);
  return (REQUESTS * 1_000) / (performance.now() - begunAt);
}

async function compare(): Promise<void> {
  await using server = await startAnswering();
  const rates = new Map<string, number[]>(SUBJECTS.map((name) => [name, []]));
  for (let time = 0; time < TIMES; time++) {
    for (const name of time % 2 === 0 ? SUBJECTS : SUBJECTS.toReversed()) {
      rates.get(name)?.push(await rateOf(name, server.origin));
    }
  }
  const fixed = rates.get('a fixed header') ?? [];
  for (const [name, list] of rates) {
    const shares = list.map((rate, time) => rate / (fixed[time] ?? Number.NaN));
    const [share, least, most] = [median(shares), Math.min(...shares), Math.max(...shares)];
    console.log(
      `${name.padEnd(28)}${median(list).toFixed(0).padStart(8)} a second, share ${share.toFixed(3)} (${least.toFixed(2)} to ${most.toFixed(2)})`,
    );
  }
}

/** Measured in a process of its own. */
async function rateOf(name: string, origin: string): Promise<number> {
  await using child = startProcess<number>({ main: import.meta.url, args: [name, origin] });
  return child.next((message): message is number => typeof message === 'number', 'measured');
}
