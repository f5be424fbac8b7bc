import { expect, test } from 'vitest';
import { initialState } from './initial-state.ts';
import { keyOf } from './model-key.ts';
import type { ModelState, World } from './model-state.ts';
import { PRODUCTION } from './rules.ts';
import { everyStepFrom, stepsFrom } from './steps-from.ts';

const worlds: readonly World[] = [
  { server: 'revokes', durable: true, processes: 2, faults: 1, expiries: 1 },
  { server: 'grace', durable: false, processes: 2, faults: 1, expiries: 1 },
  {
    server: 'revokes',
    durable: false,
    processes: 2,
    faults: 1,
    expiries: 0,
    empty: true,
    seeds: ['live', 'dead'],
  },
  { server: 'revokes', durable: false, processes: 1, faults: 1, expiries: 1, fine: true },
];

const nameOf = (world: World) => JSON.stringify(world);

/** The keys of what can follow: a violation is a future, too. */
function futureOf(world: World, state: ModelState): string {
  const keys = new Set<string>();
  everyStepFrom(world, PRODUCTION, state, ({ next, isFault }) => {
    const after = next.violation ?? keyOf(next);
    keys.add(`${isFault} ${after}`);
  });
  return [...keys].sort().join('\n');
}

/** The exact keys of the states in which nobody can take a step by itself. */
function endingsOf(world: World, steps: typeof stepsFrom, onState: (key: string, state: ModelState) => void) {
  const first = initialState(world, PRODUCTION);
  const endings = new Set<string>();
  const met = new Set([keyOf(first)]);
  const queue = [first];
  for (let state = queue.pop(); state; state = queue.pop()) {
    let isEnding = true;
    steps(world, PRODUCTION, state, ({ next, isFault }) => {
      if (!isFault) isEnding = false;
      const key = keyOf(next);
      onState(key, next);
      if (met.has(key)) return;
      met.add(key);
      queue.push(next);
    });
    if (isEnding) endings.add(keyOf(state));
  }
  return endings;
}

test.each(worlds.map((world) => [nameOf(world), world] as const))(
  'states with the same key have the same future: %s',
  (_name, world) => {
    const futures = new Map<string, string>();
    let differing = 0;
    endingsOf(world, everyStepFrom, (key, state) => {
      const future = futureOf(world, state);
      const known = futures.get(key);
      if (known === undefined) futures.set(key, future);
      else if (known !== future) differing++;
    });
    expect(futures.size).toBeGreaterThan(500);
    expect(differing).toBe(0);
  },
);

test.each(worlds.map((world) => [nameOf(world), world] as const))(
  'the short cut for saves that are bound to fail leaves out no ending: %s',
  (_name, world) => {
    const ignore = () => undefined;
    expect(endingsOf(world, stepsFrom, ignore)).toEqual(endingsOf(world, everyStepFrom, ignore));
  },
);
