import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import ky from 'ky';
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
  const server = fork(fileURLToPath(new URL('answering-server.ts', import.meta.url)));
  const [port] = (await once(server, 'message')) as [number];
  try {
    const rates = new Map<string, number[]>(SUBJECTS.map((name) => [name, []]));
    for (let time = 0; time < TIMES; time++) {
      for (const name of time % 2 === 0 ? SUBJECTS : SUBJECTS.toReversed()) {
        const child = fork(fileURLToPath(import.meta.url), [name, `http://127.0.0.1:${port}`]);
        const [rate] = (await once(child, 'message')) as [number];
        rates.get(name)?.push(rate);
        child.disconnect();
        await once(child, 'exit');
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
  } finally {
    server.disconnect();
  }
}
