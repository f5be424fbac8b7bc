import { type Fault, type ModelState, violating, type World } from './model-state.ts';

export type Gap =
  | 'same_sign'
  | 'shared_moment'
  | 'branches'
  | 'uncle'
  | 'own_memory'
  | 'seed_wins'
  | 'seed_again'
  | 'late_revocation'
  | 'reason';

interface KnownGap {
  words: string;
  /** A small world in which it shows. */
  world: World;
}

const STRICT: World = { server: 'revokes', durable: true, processes: 2, faults: 1, expiries: 1 };
const FORGETFUL: World = { ...STRICT, durable: false };
const OTHER_THAN_LOSS: Fault[] = ['crash', 'lost', 'lapse', 'sign_in', 'sign_out', 'delete', 'unsure'];

/**
 * What production is known not to keep, each only after a fault or an act of a person in a narrow window. Runs that
 * come to such a point are not followed further, unless a world asks for it by name: then it is a violation like any
 * other. A gap that is closed is to be taken out of this list.
 *
 * `same_sign`, `shared_moment`, `seed_wins`, `seed_again` and `reason` are closed in production's effects, each with a
 * test in `families.test.ts`; the model's mirror of those effects is still the former one.
 */
export const GAPS: Readonly<Record<Gap, KnownGap>> = {
  /** A second loss that shows the very sign of the one before begins no new moment of repair. */
  same_sign: {
    words: 'a second loss with the same sign began no moment of repair',
    world: { ...FORGETFUL, faults: 2, without: OTHER_THAN_LOSS },
  },
  /** What was put back looks current to everybody else: only who saw the sign waits for newer holders. */
  shared_moment: {
    words: 'one process waits for newer holders, and another redeems what it put back',
    world: { ...FORGETFUL, processes: 3, without: OTHER_THAN_LOSS },
  },
  /** Branches of one family, born of a lapse or a late reply, compare by `seq` alone once a store lost one of them. */
  branches: {
    words: 'of two branches with the same seq the older one was taken over',
    world: { ...FORGETFUL, server: 'grace', faults: 2, expiries: 0 },
  },
  /** A sibling replaces a brother that is being redeemed just now; the child of that one then gives way to it. */
  uncle: {
    words: 'a rotation was dropped for the sibling of what was redeemed',
    world: { ...STRICT, server: 'grace' },
  },
  /** What a flight or a commit brings is not held against memory, where a person may have put a newer family. */
  own_memory: {
    words: 'a process wrote back a family that it knows to be replaced',
    world: { ...FORGETFUL, faults: 2, expiries: 0 },
  },
  /** A seed whose redemption was under way when somebody signed in or out replaces that. */
  seed_wins: {
    words: 'the import of a seed overwrote a sign-in or sign-out made meanwhile',
    world: { ...STRICT, processes: 1, empty: true, seeds: ['live'] },
  },
  /** A seed whose import gave way to a sign-in is not remembered, and redeemed again. */
  seed_again: {
    words: 'a seed was redeemed twice without a fault',
    world: { ...STRICT, empty: true, seeds: ['live', undefined] },
  },
  /** A renewal that ends after a sign-out and another sign-in finds no tombstone that asks for its revocation. */
  late_revocation: {
    words: 'what a signed-out session still received was not revoked',
    world: { ...STRICT, faults: 2, expiries: 0 },
  },
  /** That an earlier try may have been redeemed is forgotten when a renewal is put off. Only the words are wrong. */
  reason: {
    words: 'a refresh token was called revoked that one of the processes had redeemed',
    world: STRICT,
  },
};

export function gap(world: World, state: ModelState, name: Gap): ModelState {
  return world.strictly?.includes(name) ? violating(state, GAPS[name].words) : { ...state, isBeyond: true };
}
