import { setTimeout as sleep } from 'node:timers/promises';
import { createFileHistory } from './file-history.ts';
import { createLoadedHistory } from './loaded-history.ts';
import type { Store } from './open-store.ts';
import { setScene } from './scene.ts';
import { countRegressions } from './version-history.ts';
import { within } from './within.ts';
import { startWorker, type Worker } from './worker.ts';

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
const PATIENCE_MS = 60_000;

/**
 * Workers that renew all the time. The one that begins a renewal is stopped at a random moment of it, for longer than its
 * lease lasts, and then it wakes in the middle of what it did. Others take over meanwhile, unless they know that it lives
 * and that the server forgives nothing: then they wait for it.
 */
export async function pauseAtRandom(options: PauseOptions): Promise<PauseFigures> {
  const { processes, graceMs, strangers = false } = options;
  const deadline = performance.now() + options.minutes * 60_000;
  const server = { accessTokenLifeMs: LIFE_MS, latencyMs: LATENCY_MS, graceMs };
  await using scene = await setScene(server, true, options.store);
  const { control } = scene.farEnd;
  const { store } = scene.config;
  const history =
    'directory' in store ? createFileHistory(store.directory) : await createLoadedHistory(store);
  const figures = { calls: 0, failed: 0, takeovers: 0, pauses: 0, stuck: false };
  const faults: Record<string, number> = {};
  const received: { from: string; token: string }[] = [];
  let renewing: (index: number) => void = () => undefined;
  const workers: Worker[] = Array.from({ length: processes }, (_, index) =>
    startWorker({ ...scene.config, strangers, timing: TIMING }, (message) => {
      if (message.type === 'event' && message.event === 'lease_taken_over') figures.takeovers++;
      if (message.type === 'event' && message.event === 'renewal_started') renewing(index);
      if (message.type === 'received') received.push(message);
      if (message.type !== 'done') return;
      figures.calls += message.ok;
      for (const [fault, count] of Object.entries(message.faults)) {
        faults[fault] = (faults[fault] ?? 0) + count;
        figures.calls += count;
        figures.failed += count;
      }
    }),
  );
  const looking = setInterval(() => history.look(), 50);
  try {
    await Promise.all(workers.map(({ ready }) => ready));
    while (figures.pauses < options.pauses && performance.now() < deadline) {
      const begun = new Promise<number>((resolve) => {
        renewing = resolve;
      });
      const index = await within(PATIENCE_MS, begun);
      figures.stuck = index === undefined;
      if (index === undefined) break;
      const victim = workers[index] as Worker;
      renewing = () => undefined;
      await sleep(Math.random() * 1.5 * LATENCY_MS);
      victim.pause();
      await sleep(1.5 * TIMING.leaseTtlMs);
      victim.resume();
      figures.pauses++;
    }
    await sleep(2 * TIMING.leaseTtlMs);
    const { ok } = await (workers[0] as Worker).round({ callers: 1, requests: 1 });
    await Promise.all(workers.map((worker) => worker.stop()));
    history.look();
    const { authorizationServer } = await control.counts();
    const { refreshes, reuses, graced, familiesRevoked } = authorizationServer;
    const { versions, missed } = history;
    const tokens = new Set(versions.map(({ token }) => token));
    const lost = received.filter(({ token }) => !tokens.has(token));
    const gaveWay = lost.filter(({ from, token }) =>
      received.some((other) => other.from === from && other.token !== token && tokens.has(other.token)),
    );
    const counts = { refreshes, reuses, graced, familiesRevoked };
    const rotated = {
      rotations: received.length,
      superseded: gaveWay.length,
      dropped: lost.length - gaveWay.length,
    };
    const stored = { versions: versions.length, missed, regressions: countRegressions(versions) };
    return { ...figures, faults, ...counts, ...stored, ...rotated, sessionLives: ok > 0 };
  } finally {
    clearInterval(looking);
    for (const worker of workers) worker.resume();
    await Promise.all(workers.map((worker) => worker.stop()));
    await history.end();
  }
}
