import { setTimeout as pause } from 'node:timers/promises';
import type { FarEnd } from '@everbearer/far-end';
import { addRound, type CallSums, noCalls } from './call-sums.ts';
import { REDIS_TROUBLES } from './redis-troubles.ts';
import { watchRenewals } from './renewal-watch.ts';
import { setScene } from './scene.ts';
import { startWorker, type Worker } from './worker.ts';
import type { FromWorker } from './worker-messages.ts';

export interface RedisFaultOptions {
  /** A name in {@link REDIS_TROUBLES}. */
  trouble: string;
  processes: number;
  times: number;
}

export interface RedisFaultFigures {
  trouble: string;
  times: number;
  calls: number;
  /** Calls that failed, by what they were told. */
  faults: Record<string, number>;
  /** How many of these this trouble does not explain. */
  wrong: number;
  refreshes: number;
  /** Refresh tokens presented a second time, to a server that forgives none. */
  reuses: number;
  bare: number;
  familiesRevoked: number;
  /** Times that a process gave the store back what it had lost. */
  repaired: number;
  sessionLives: boolean;
  /** The longest from the end of a trouble to the first good call of every process. */
  slowestRecoveryMs: number;
}

const LIFE_MS = 3_000;
const LATENCY_MS = 60;
const PATIENCE_MS = 60_000;

/**
 * Processes that call without pause while Redis has trouble at random moments of their renewals. The authorization
 * server is strict: one refresh token presented twice ends the session, and with it the campaign.
 */
export async function redisFaults(options: RedisFaultOptions): Promise<RedisFaultFigures> {
  const { trouble, processes, times } = options;
  const kind = troubleOf(trouble);
  await using redis = await kind.start();
  const server = { accessTokenLifeMs: LIFE_MS, latencyMs: LATENCY_MS, graceMs: 0 };
  await using scene = await setScene(server, true, redis.storeOf(1));
  const { control } = scene.farEnd;
  const sums = { ...noCalls(), repaired: 0 };
  const lastGood: number[] = [];
  const renewals = watchRenewals(LIFE_MS);
  const hear = (index: number) => (message: FromWorker) => {
    renewals.hear(message);
    if (message.type === 'event' && message.event === 'repaired') sums.repaired++;
    if (message.type !== 'done') return;
    if (message.ok > 0) lastGood[index] = performance.now();
    addRound(sums, message);
  };
  const workers: Worker[] = Array.from({ length: processes }, (_, index) =>
    startWorker({ ...scene.config, store: redis.storeOf(index) }, hear(index)),
  );
  try {
    await Promise.all(workers.map(({ ready }) => ready));
    let slowestRecoveryMs = 0;
    for (let time = 0; time < times; time++) {
      await renewals.quarterPassed();
      // Half of the tokens end by revocation just before, the others by age.
      if (time % 2 === 0 && !kind.expires) await control.expireNow();
      await pause(Math.random() * 2 * LATENCY_MS);
      await redis.strike(() => control.expireNow());
      slowestRecoveryMs = Math.max(slowestRecoveryMs, await recoveryMs(lastGood, processes));
    }
    return figuresOf(options, sums, slowestRecoveryMs, await control.counts());
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

function troubleOf(name: string) {
  const kind = REDIS_TROUBLES[name];
  if (kind) return kind;
  throw new Error(`There is no trouble "${name}". Name one of: ${Object.keys(REDIS_TROUBLES).join(', ')}.`);
}

function figuresOf(
  { trouble, times }: RedisFaultOptions,
  { calls, faults, repaired }: CallSums & { repaired: number },
  slowestRecoveryMs: number,
  { authorizationServer, mailApi }: Awaited<ReturnType<FarEnd['control']['counts']>>,
): RedisFaultFigures {
  const { refreshes, reuses, familiesRevoked } = authorizationServer;
  const { told } = troubleOf(trouble);
  const wrong = Object.entries(faults)
    .filter(([fault]) => !told.includes(fault))
    .reduce((total, [, count]) => total + count, 0);
  const seen = { refreshes, reuses, bare: mailApi.bare, familiesRevoked };
  const sessionLives = familiesRevoked === 0;
  return { trouble, times, calls, faults, repaired, slowestRecoveryMs, wrong, ...seen, sessionLives };
}

/** How long it takes from now until every process has made a good call; {@link PATIENCE_MS} and more where one makes none. */
async function recoveryMs(lastGood: readonly number[], processes: number): Promise<number> {
  const since = performance.now();
  await everybodyGoesOn(lastGood, processes, since);
  return Math.round(performance.now() - since);
}

async function everybodyGoesOn(lastGood: readonly number[], processes: number, since: number): Promise<void> {
  const goesOn = (index: number) => (lastGood[index] ?? 0) > since;
  while (!Array.from({ length: processes }, (_, index) => index).every(goesOn)) {
    if (performance.now() - since > PATIENCE_MS) return;
    await pause(20);
  }
}

/** Whether the campaign held what it promises. */
export function held({
  reuses,
  bare,
  familiesRevoked,
  wrong,
  sessionLives,
  slowestRecoveryMs,
}: RedisFaultFigures) {
  const safe = reuses === 0 && bare === 0 && familiesRevoked === 0;
  return safe && wrong === 0 && sessionLives && slowestRecoveryMs < PATIENCE_MS;
}
