import { setTimeout as sleep } from 'node:timers/promises';
import { addRound, noCalls } from './call-sums.ts';
import { createFileHistory } from './file-history.ts';
import { createLoadedHistory } from './loaded-history.ts';
import { type NextRenewal, watchNextRenewal } from './next-renewal.ts';
import type { Store } from './open-store.ts';
import { setScene } from './scene.ts';
import { countRegressions } from './version-history.ts';
import { startWorker, type Worker } from './worker.ts';
import type { FromWorker } from './worker-messages.ts';

export interface PauseOptions {
  processes: number;
  pauses: number;
  graceMs: number;
  /** Ends early, with the figures of what was done by then. */
  minutes: number;
  /** Workers that cannot tell whether another one lives, as on another machine. Default: they can. */
  strangers?: boolean;
  /** Default: a directory of its own. */
  store?: Store;
}

export interface PauseFigures {
  /** Of holders of the lease, in the middle of a renewal. */
  pauses: number;
  calls: number;
  failed: number;
  faults: Record<string, number>;
  refreshes: number;
  takeovers: number;
  reuses: number;
  /** Refresh tokens presented twice, which the grace forgave: what a pause may cost, one each. */
  graced: number;
  familiesRevoked: number;
  versions: number;
  missed: number;
  regressions: number;
  /** Refresh tokens that processes received. */
  rotations: number;
  /** Those that gave way to a sibling: another answer to the same refresh token, which was stored. */
  superseded: number;
  /** Those that were neither stored nor gave way. */
  dropped: number;
  /** Nobody renewed any more, for a minute. */
  stuck: boolean;
  sessionLives: boolean;
}

/** As short as they may be, so that many fit into an hour. */
const TIMING = { requestTimeoutMs: 750, leaseTtlMs: 1_500 };
const LIFE_MS = 2_000;
const LATENCY_MS = 100;

/**
 * Workers that renew all the time. The one that begins a renewal is stopped at a random moment of it, for longer than its
 * lease lasts, and then it wakes in the middle of what it did. Others take over meanwhile, unless they know that it lives
 * and that the server forgives nothing: then they wait for it.
 */
export async function pauseAtRandom(options: PauseOptions): Promise<PauseFigures> {
  const { processes, graceMs, strangers = false } = options;
  const server = { accessTokenLifeMs: LIFE_MS, latencyMs: LATENCY_MS, graceMs };
  await using scene = await setScene(server, true, options.store);
  const history = await historyOf(scene.config.store);
  const sums = { ...noCalls(), takeovers: 0 };
  const received: Received[] = [];
  const renewals = watchNextRenewal();
  const workers = Array.from({ length: processes }, (_, index) =>
    startWorker({ ...scene.config, strangers, timing: TIMING }, (message) => {
      renewals.hear(index, message);
      if (message.type === 'event' && message.event === 'lease_taken_over') sums.takeovers++;
      if (message.type === 'received') received.push(message);
      if (message.type === 'done') addRound(sums, message);
    }),
  );
  const looking = setInterval(() => history.look(), 50);
  try {
    await Promise.all(workers.map(({ ready }) => ready));
    const paused = await pauseInTurn(workers, renewals, options);
    await sleep(2 * TIMING.leaseTtlMs);
    const { ok } = await (workers[0] as Worker).round({ callers: 1, requests: 1 });
    await Promise.all(workers.map((worker) => worker.stop()));
    history.look();
    const { refreshes, reuses, graced, familiesRevoked } = (await scene.farEnd.control.counts())
      .authorizationServer;
    const counts = { refreshes, reuses, graced, familiesRevoked };
    return { ...sums, ...paused, ...counts, ...storedIn(history, received), sessionLives: ok > 0 };
  } finally {
    clearInterval(looking);
    for (const worker of workers) worker.resume();
    await Promise.all(workers.map((worker) => worker.stop()));
    await history.end();
  }
}

/** Stops whichever begins a renewal, at a random moment of it, for longer than its lease lasts. */
async function pauseInTurn(workers: readonly Worker[], renewals: NextRenewal, options: PauseOptions) {
  const deadline = performance.now() + options.minutes * 60_000;
  let pauses = 0;
  while (pauses < options.pauses && performance.now() < deadline) {
    const index = await renewals.next();
    if (index === undefined) return { pauses, stuck: true };
    const victim = workers[index] as Worker;
    await sleep(Math.random() * 1.5 * LATENCY_MS);
    victim.pause();
    await sleep(1.5 * TIMING.leaseTtlMs);
    victim.resume();
    pauses++;
  }
  return { pauses, stuck: false };
}

/** Fingerprints of a refresh token that was presented and the one received for it. */
type Received = Pick<Extract<FromWorker, { type: 'received' }>, 'from' | 'token'>;

async function historyOf(store: Store) {
  return 'directory' in store ? createFileHistory(store.directory) : await createLoadedHistory(store);
}

/** What became of the refresh tokens that were received. */
function storedIn(
  { versions, missed }: Awaited<ReturnType<typeof historyOf>>,
  received: readonly Received[],
) {
  const tokens = new Set(versions.map(({ token }) => token));
  const lost = received.filter(({ token }) => !tokens.has(token));
  const gaveWay = lost.filter(({ from, token }) =>
    received.some((other) => other.from === from && other.token !== token && tokens.has(other.token)),
  );
  return {
    versions: versions.length,
    missed,
    regressions: countRegressions(versions),
    rotations: received.length,
    superseded: gaveWay.length,
    dropped: lost.length - gaveWay.length,
  };
}
