import type { World } from './model-state.ts';

const PAIRS = { processes: 2, faults: 2 };
const SINGLES = { processes: 3, faults: 1, expiries: 1 };
const SEEDS = { processes: 2, faults: 1, expiries: 1 };

/** Two processes with every pair of faults, three with every single one, on each kind of server and of store. */
export const WORLDS: readonly World[] = [
  { server: 'revokes', durable: true, ...PAIRS, expiries: 1 },
  { server: 'revokes', durable: false, ...PAIRS, expiries: 1 },
  { server: 'grace', durable: true, ...PAIRS, expiries: 0 },
  { server: 'grace', durable: false, ...PAIRS, expiries: 0 },
  { server: 'refuses', durable: true, ...PAIRS, expiries: 0 },
  { server: 'refuses', durable: false, ...PAIRS, expiries: 0 },
  { server: 'revokes', durable: true, ...SINGLES },
  { server: 'revokes', durable: false, ...SINGLES },
  { server: 'grace', durable: true, ...SINGLES },
  { server: 'grace', durable: false, ...SINGLES },
  { server: 'refuses', durable: true, ...SINGLES },
  { server: 'refuses', durable: false, ...SINGLES },
];

/** Processes that begin with the same seed, with another one, a dead one, or an older one of the same session. */
export const WORLDS_WITH_SEEDS: readonly World[] = [
  { server: 'revokes', durable: true, ...SEEDS, empty: true, seeds: ['live', 'live'] },
  { server: 'revokes', durable: false, ...SEEDS, empty: true, seeds: ['live', 'live'] },
  { server: 'revokes', durable: true, ...SEEDS, empty: true, seeds: ['live', 'dead'] },
  { server: 'revokes', durable: false, ...SEEDS, empty: true, seeds: ['live', 'dead'] },
  { server: 'grace', durable: true, ...SEEDS, empty: true, seeds: ['live', 'older'] },
  { server: 'revokes', durable: true, ...SEEDS, seeds: ['live', 'other'] },
  { server: 'revokes', durable: false, ...SEEDS, seeds: ['dead', undefined] },
];

/** Where a person consents once more, at any point, and brings no refresh token. */
export const WORLDS_WITH_CONSENTS: readonly World[] = [
  { server: 'revokes', durable: true, ...PAIRS, expiries: 1, consents: true },
  { server: 'revokes', durable: false, ...PAIRS, expiries: 0, consents: true },
  { server: 'grace', durable: true, ...PAIRS, expiries: 0, consents: true },
  { server: 'revokes', durable: true, processes: 2, faults: 1, expiries: 1, fine: true, consents: true },
];

/** Where an answer of the store takes its time, so that a person's act and a flight of one process cross. */
export const FINE_WORLDS: readonly World[] = [
  { server: 'revokes', durable: true, processes: 2, faults: 1, expiries: 1, fine: true },
  { server: 'revokes', durable: false, processes: 1, faults: 2, expiries: 1, fine: true },
  { server: 'grace', durable: false, processes: 2, faults: 1, expiries: 1, fine: true },
];

/** Three processes with pairs of faults; pairs over two renewals; seeds with pairs. Minutes and gigabytes. */
export const LONG_WORLDS: readonly World[] = [
  { server: 'revokes', durable: true, processes: 3, faults: 2, expiries: 0 },
  { server: 'revokes', durable: false, processes: 3, faults: 2, expiries: 0 },
  { server: 'grace', durable: true, processes: 3, faults: 2, expiries: 0 },
  { server: 'grace', durable: false, processes: 3, faults: 2, expiries: 0 },
  { server: 'refuses', durable: true, processes: 3, faults: 2, expiries: 0 },
  { server: 'refuses', durable: false, processes: 3, faults: 2, expiries: 0 },
  { server: 'revokes', durable: true, processes: 3, faults: 2, expiries: 1 },
  { server: 'revokes', durable: false, processes: 3, faults: 2, expiries: 1 },
  { server: 'grace', durable: true, ...PAIRS, expiries: 1 },
  { server: 'grace', durable: false, ...PAIRS, expiries: 1 },
  { server: 'refuses', durable: true, ...PAIRS, expiries: 1 },
  { server: 'refuses', durable: false, ...PAIRS, expiries: 1 },
  { server: 'revokes', durable: true, ...PAIRS, expiries: 0, fine: true },
  { server: 'revokes', durable: false, ...PAIRS, expiries: 0, fine: true },
];
