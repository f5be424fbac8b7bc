import { addRound, noCalls } from './call-sums.ts';
import type { Store } from './open-store.ts';
import { watchRenewals } from './renewal-watch.ts';
import { setScene } from './scene.ts';
import { startWorker, type Worker } from './worker.ts';

export interface StormOptions {
  processes: number;
  /** In each process, at once. */
  callers: number;
  /** How many of them send a request, rather than only ask for a token. Default: all. */
  requests?: number;
  expiries: number;
  /**
   * A quarter of it must pass between two expiries: before that, callers rightly get their 401. All calls of an expiry
   * must end well within the rest of it, or the token also ends by age.
   */
  lifeMs: number;
  /** Default: a directory of its own. */
  store?: Store;
}

export interface StormFigures {
  calls: number;
  failed: number;
  faults: Record<string, number>;
  refreshes: number;
  reuses: number;
  bare: number;
  /** The most token requests in hand at one moment. */
  atOnce: number;
  slowestMs: number;
}

/** Processes on one store whose every caller meets an expired token, time after time. Counted by the server. */
export async function storm(options: StormOptions): Promise<StormFigures> {
  const { processes, callers, requests = callers, expiries, lifeMs, store } = options;
  await using scene = await setScene({ accessTokenLifeMs: lifeMs, latencyMs: 30 }, false, store);
  const { control } = scene.farEnd;
  const renewals = watchRenewals(lifeMs);
  const workers: Worker[] = Array.from({ length: processes }, () => startWorker(scene.config, renewals.hear));
  try {
    await Promise.all(workers.map(({ ready }) => ready));
    const before = await control.counts();
    const figures = { ...noCalls(), slowestMs: 0 };
    for (let expiry = 0; expiry < expiries; expiry++) {
      await renewals.quarterPassed();
      await control.expireNow();
      for (const round of await Promise.all(workers.map((worker) => worker.round({ callers, requests })))) {
        addRound(figures, round);
        figures.slowestMs = Math.max(figures.slowestMs, Math.round(round.slowestMs));
      }
    }
    const { authorizationServer, mailApi } = await control.counts();
    return {
      ...figures,
      refreshes: authorizationServer.refreshes - before.authorizationServer.refreshes,
      reuses: authorizationServer.reuses,
      bare: mailApi.bare,
      atOnce: authorizationServer.concurrentMax,
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}
