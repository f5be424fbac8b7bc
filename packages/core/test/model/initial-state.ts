import { ACCOUNT, named, receivedWith, SCOPE } from './model-records.ts';
import { EXCUSE, newSession, redeem, refreshTokenAt, type Session } from './model-server.ts';
import {
  IDLE,
  type ModelSeed,
  type ModelState,
  type Process,
  type SeedKind,
  type World,
} from './model-state.ts';
import type { Rules } from './rules.ts';

/** One session, known to the store and to every process, whose access token has just expired; or none yet. */
export function initialState(world: World, rules: Rules): ModelState {
  const first = { ...newSession(0), expired: 0 };
  const received = receivedWith(rules, first.current, 0);
  const signIn = { account: ACCOUNT, scope: SCOPE, received, now: 0, seedId: undefined };
  const record = world.empty
    ? undefined
    : named(
        rules.signedInRecord(signIn, [], () => ''),
        1,
      );
  const processes = Array.from(
    { length: world.processes },
    (_, p): Process => ({
      known: record,
      isAside: false,
      seed: seedOf(world, world.seeds?.[p]),
      main: IDLE,
      person: undefined,
      late: undefined,
      owing: undefined,
      suspicious: false,
      sawEmpty: false,
    }),
  );
  return {
    sessions: [first, ...(world.seeds ? sessionsOfSeeds(world) : [])],
    strays: [],
    store: { record, lease: undefined, version: record ? 1 : 0, recovered: false, deleted: false, hold: 0 },
    replica: undefined,
    away: undefined,
    processes,
    faultsLeft: world.faults,
    expiriesLeft: world.expiries,
    families: 2,
    seedFamilies: [],
    ticks: 1,
    leases: 0,
    writes: 1,
    ghost: { removed: false, wasAway: false, loss: undefined },
  };
}

const LIVE = 1;
const DEAD = 2;
const OTHER = 3;

/** Of two seeds from one session the older is spent already. */
function sessionsOfSeeds({ server, seeds }: World): Session[] {
  const fresh = newSession(LIVE);
  const live = seeds?.includes('older')
    ? { ...redeem(server, fresh, fresh.current).session, excuse: EXCUSE.seed }
    : fresh;
  return [live, { ...newSession(DEAD, false), excuse: EXCUSE.seed }, newSession(OTHER)];
}

function seedOf(world: World, kind: SeedKind | undefined): ModelSeed | undefined {
  if (kind === undefined) return undefined;
  const session = kind === 'dead' ? DEAD : kind === 'other' ? OTHER : LIVE;
  const spent = kind === 'live' && world.seeds?.includes('older');
  const refreshToken = spent
    ? refreshTokenAt({ session, n: 1, parent: 0, depth: 1 })
    : refreshTokenAt({ session, n: 0, parent: -1, depth: 0 });
  return { id: `seed ${refreshToken}`, refreshToken };
}
