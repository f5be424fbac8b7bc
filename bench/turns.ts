import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE } from '@everbearer/core/contract';

/*
 * How long one turn of the event loop is, in processor time, while many callers meet an expired token; beside as many that wait
 * for one promise. Prints JSON: milliseconds. Arguments: how many callers, how many scopes they ask for, and how long a token is.
 */

export interface Turns {
  floorMs: number;
  oursMs: number;
  failed: number;
}

const [callers = 0, scopes = 1, tokenLength = 1_500] = process.argv.slice(2).map(Number);
const TIMES = 9;

function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

/** Of the turns that pass until this work is done, the longest. The first one, in which the callers ask, is the callers' own. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  const done = work();
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  let longest = 0;
  for (let began = process.cpuUsage(); !isDone; began = process.cpuUsage()) {
    await new Promise((resolve) => setImmediate(resolve));
    longest = Math.max(longest, cpuMs(began));
  }
  return longest;
}

const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 20, value));
let issued = 0;
const tokens = createTokenManager({
  provider: {
    id: 'bench',
    profile: STRICT_PROFILE,
    scopes: ['read'],
    refresh: () =>
      later({
        accessToken: `at-${issued++}`.padEnd(tokenLength, 'a'),
        refreshToken: `rt-${issued}`,
        expiresAt: Date.now() + 3_600_000,
      }),
  },
  backend: memoryBackend(),
});

const askOf = (nth: number) => (scopes > 1 ? { scopes: [`scope-${nth % scopes}`] } : undefined);
const least = { floor: Number.POSITIVE_INFINITY, ours: Number.POSITIVE_INFINITY };
let failed = 0;
const all = <T>(ask: (nth: number) => Promise<T>) =>
  Promise.allSettled(Array.from({ length: callers }, (_, nth) => ask(nth)));
for (let time = 0; time < TIMES; time++) {
  const one = later(undefined);
  least.floor = Math.min(least.floor, await longestTurn(() => all(async () => await one)));
  await tokens.signIn({ refreshToken: `first-${time}` });
  least.ours = Math.min(
    least.ours,
    await longestTurn(async () => {
      for (const each of await all((nth) => tokens.getToken(askOf(nth))))
        if (each.status === 'rejected') failed++;
    }),
  );
}
// The least of several: what others on the machine add is not ours.
console.log(JSON.stringify({ floorMs: least.floor, oursMs: least.ours, failed } satisfies Turns));
process.exit();
