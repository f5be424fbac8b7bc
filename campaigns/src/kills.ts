import { setTimeout as pause } from 'node:timers/promises';
import type { FarEnd } from '@everbearer/far-end';
import { addRound, type CallSums, noCalls } from './call-sums.ts';
import { type NextRenewal, watchNextRenewal } from './next-renewal.ts';
import type { Store } from './open-store.ts';
import { type RenewalWatch, watchRenewals } from './renewal-watch.ts';
import { setScene } from './scene.ts';
import { startWorker, type Worker } from './worker.ts';

export interface KillOptions {
  processes: number;
  kills: number;
  /** How long the server forgives a refresh token that was presented before. */
  graceMs: number;
  /** Ends early, with the figures of what was done by then. */
  minutes?: number;
  /** Default: a directory of its own. */
  store?: Store;
}

export interface KillFigures {
  kills: number;
  calls: number;
  failed: number;
  faults: Record<string, number>;
  /** Calls that rightly got their 401: a renewal crossed the end of all tokens, so the token that it brought was ended as well. */
  rejectedTwice: number;
  refreshes: number;
  reuses: number;
  /** Replays that the grace forgave: of holders killed between the server's answer and their save. */
  graced: number;
  takeovers: number;
  damaged: number;
  /** The longest that a call of a living process took: the takeover from a dead one is in it. */
  slowestMs: number;
  familiesRevoked: number;
  sessionLives: boolean;
}

/** Long enough to be hit in the middle of, and no more than a part of the second that a takeover may take. */
const LATENCY_MS = 200;
const LIFE_MS = 2_000;
const REJECTED = 'status 401';

/**
 * Workers that renew all the time. Whichever begins a renewal is killed at a random moment of it, and started again.
 * The session must outlive them all.
 */
export async function killAtRandom(options: KillOptions): Promise<KillFigures> {
  const { processes, graceMs, store } = options;
  const server = { accessTokenLifeMs: LIFE_MS, latencyMs: LATENCY_MS, graceMs };
  await using scene = await setScene(server, true, store);
  const figures = { ...noCalls(), takeovers: 0, slowestMs: 0 };
  const renewals = watchRenewals(LIFE_MS);
  const begun = watchNextRenewal();
  const rejections: Rejections[] = [];
  const workers: Worker[] = [];
  const start = (index: number): Worker =>
    startWorker(scene.config, (message) => {
      renewals.hear(message);
      begun.hear(index, message);
      if (message.type === 'event' && message.event === 'lease_taken_over') figures.takeovers++;
      if (message.type !== 'done') return;
      addRound(figures, message);
      figures.slowestMs = Math.max(figures.slowestMs, Math.round(message.slowestMs));
      if (message.faults[REJECTED]) rejections.push({ at: message.at, calls: message.faults[REJECTED] });
    });
  try {
    for (let index = 0; index < processes; index++) workers.push(start(index));
    await Promise.all(workers.map(({ ready }) => ready));
    const { control } = scene.farEnd;
    const kills = await killInTurn(options, { workers, start, renewals, begun, control });
    const { refreshes, reuses, graced, familiesRevoked } = (await control.counts()).authorizationServer;
    const { ok } = await (workers[0] as Worker).round({ callers: 1, requests: 1 });
    const damaged = (figures.faults['damaged'] ?? 0) + (figures.faults['unreadable'] ?? 0);
    const rejectedTwice = forgiveCrossed(figures, rejections, renewals);
    const counts = { refreshes, reuses, graced, familiesRevoked };
    return { kills, ...figures, rejectedTwice, ...counts, damaged, sessionLives: ok > 0 };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

interface Field {
  workers: Worker[];
  start(index: number): Worker;
  renewals: RenewalWatch;
  begun: NextRenewal;
  control: FarEnd['control'];
}

/** Kills whichever begins a renewal, at a random moment of it, and starts it again. */
async function killInTurn(
  { kills: wanted, minutes = Number.POSITIVE_INFINITY }: KillOptions,
  { workers, start, renewals, begun, control }: Field,
): Promise<number> {
  const deadline = performance.now() + minutes * 60_000;
  let kills = 0;
  while (kills < wanted && performance.now() < deadline) {
    await renewals.quarterPassed();
    const next = begun.next();
    // Half of the tokens end by revocation, the others by age.
    if (kills++ % 2 === 0) await renewals.endTokens(() => control.expireNow());
    const victim = await next;
    if (victim === undefined) throw new Error('Nobody renews any more.');
    await pause(Math.random() * 1.5 * LATENCY_MS);
    await workers[victim]?.kill();
    workers[victim] = start(victim);
    await workers[victim]?.ready;
  }
  return kills;
}

/** Calls of one round that got a 401, and when it ended. */
interface Rejections {
  at: number;
  calls: number;
}

/** Takes out the calls that ended as they should, and says how many these were. */
function forgiveCrossed(sums: CallSums, rejections: readonly Rejections[], renewals: RenewalWatch): number {
  const crossed = rejections.filter(({ at }) => renewals.wasCrossed(at));
  const rejected = crossed.reduce((total, { calls }) => total + calls, 0);
  sums.failed -= rejected;
  const left = (sums.faults[REJECTED] ?? 0) - rejected;
  if (left > 0) sums.faults[REJECTED] = left;
  else delete sums.faults[REJECTED];
  return rejected;
}
