import { describe, expect, test } from 'vitest';
import { type Exploration, explore } from './explore.ts';
import { HAPPENINGS } from './happenings.ts';
import type { World } from './model-state.ts';
import { MUTANTS } from './mutants.ts';
import { PRODUCTION } from './rules.ts';
import { FINE_WORLDS, LONG_WORLDS, WORLDS, WORLDS_WITH_CONSENTS, WORLDS_WITH_SEEDS } from './worlds.ts';

/*
 * The renewal protocol as a state machine of its await points, explored without a gap. The decisions are production's
 * own functions (`rules.ts`); around them `model-look`, `model-redeem`, `model-commit` and `model-person` do what
 * `reconcile`, `renewal`, `take-lease`, `redeem`, `commit`, `refusal`, `seed-import` and `sign-in` do between two
 * awaits. Time is a choice: an expiry, a time-out, the end of a pause may come at any moment they can. What is
 * checked stands in `invariants.ts`, its rules left out one by one in `mutants.ts`.
 *
 * Not modelled: several scopes and claims, providers that need no refresh token, wrong configuration, clocks that
 * differ between machines, one store answer overtaking another outside of the worlds with slow answers.
 *
 * EVERBEARER_MODEL=long adds the large worlds, EVERBEARER_MODEL=told prints sizes and counterexamples.
 */

const isLong = process.env['EVERBEARER_MODEL'] === 'long';
const isTold = isLong || process.env['EVERBEARER_MODEL'] === 'told';
const worlds = [
  ...WORLDS,
  ...WORLDS_WITH_SEEDS,
  ...WORLDS_WITH_CONSENTS,
  ...FINE_WORLDS,
  ...(isLong ? LONG_WORLDS : []),
];

function nameOf({
  server,
  durable,
  processes,
  faults,
  expiries,
  seeds,
  empty,
  fine,
  consents,
}: World): string {
  const parts = [
    `${processes} process${processes > 1 ? 'es' : ''}`,
    `${faults} fault${faults > 1 ? 's' : ''}`,
    `a server that ${server === 'grace' ? 'forgives' : server}`,
    `a store that ${durable ? 'keeps' : 'forgets'}`,
    `${expiries + 1} renewal${expiries > 0 ? 's' : ''}`,
  ];
  if (seeds) parts.push(`seeds ${seeds.map((seed) => seed ?? 'none').join(' and ')}`);
  if (empty) parts.push('nothing stored');
  if (consents) parts.push('consents');
  if (fine) parts.push('slow answers');
  return parts.join(', ');
}

const timeout = isLong ? 900_000 : 60_000;
const seen = new Set<string>();

/** Every world is explored once with the rules of production, however many mutants live in it. */
const explorations = new Map<string, Exploration>();
function explored(world: World): Exploration {
  const name = JSON.stringify(world);
  const found = explorations.get(name) ?? explore(world, PRODUCTION, ({ words }) => seen.add(words));
  explorations.set(name, found);
  return found;
}

describe('every state of the protocol keeps its promises', () => {
  test.each(worlds.map((world) => [nameOf(world), world] as const))('%s', { timeout }, (name, world) => {
    const found = explored(world);
    if (isTold) console.info(`${found.states} states, ${found.endings} endings: ${name}`);
    expect(found.trace, found.violation).toEqual([]);
    expect(found.endings).toBeGreaterThan(10);
  });

  test('and everything that is modelled happens', () => {
    expect(HAPPENINGS.filter((words) => !seen.has(words))).toEqual([]);
  });
});

/** A counterexample is there to be read. */
function tell(name: string, trace: readonly string[]): void {
  if (isTold) console.info([name, ...trace].join('\n  '));
}

describe('each rule is needed: without it there is a counterexample', () => {
  test.each(Object.entries(MUTANTS))('%s', (name, { world, rules, violates }) => {
    const { violation, trace } = explore(world, rules);
    tell(name, trace);
    expect(violation).toBe(violates);
    expect(trace.length).toBeGreaterThan(2);
    expect(explored(world).violation).toBeUndefined();
  });
});
