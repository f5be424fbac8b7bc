import { setTimeout as pause } from 'node:timers/promises';
import type { Store } from './open-store.ts';
import { watchRenewals } from './renewal-watch.ts';
import { setScene } from './scene.ts';
import { within } from './within.ts';
import { startWorker, type Worker } from './worker.ts';
import type { FromWorker } from './worker-messages.ts';

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
const PATIENCE_MS = 60_000;
const REJECTED = 'status 401';

/**
 * Workers that renew all the time. Whichever begins a renewal is killed at a random moment of it, and started again.
 * The session must outlive them all.
 */
export async function killAtRandom(options: KillOptions): Promise<KillFigures> {
  const { processes, graceMs, store, minutes = Number.POSITIVE_INFINITY } = options;
  const deadline = performance.now() + minutes * 60_000;
  let kills = 0;
  await using scene = await setScene(
    { accessTokenLifeMs: LIFE_MS, latencyMs: LATENCY_MS, graceMs },
    true,
    store,
  );
  const { control } = scene.farEnd;
  const figures = { calls: 0, failed: 0, faults: {} as Record<string, number>, takeovers: 0, slowestMs: 0 };
  const workers: Worker[] = [];
  const renewals = watchRenewals(LIFE_MS);
  const rejections: { at: number; calls: number }[] = [];
  let renewing: (index: number) => void = () => undefined;

  function start(index: number): Worker {
    return startWorker(scene.config, (message) => {
      renewals.hear(message);
      if (message.type === 'event' && message.event === 'lease_taken_over') figures.takeovers++;
      if (message.type === 'event' && message.event === 'renewal_started') renewing(index);
      if (message.type === 'done') add(figures, message);
      if (message.type === 'done' && message.faults[REJECTED])
        rejections.push({ at: message.at, calls: message.faults[REJECTED] });
    });
  }

  try {
    for (let index = 0; index < processes; index++) workers.push(start(index));
    await Promise.all(workers.map(({ ready }) => ready));
    while (kills < options.kills && performance.now() < deadline) {
      await renewals.quarterPassed();
      const begun = new Promise<number>((resolve) => {
        renewing = resolve;
      });
      // Half of the tokens end by revocation, the others by age.
      if (kills++ % 2 === 0) await renewals.endTokens(() => control.expireNow());
      const victim = await within(PATIENCE_MS, begun);
      if (victim === undefined) throw new Error('Nobody renews any more.');
      await pause(Math.random() * 1.5 * LATENCY_MS);
      await workers[victim]?.kill();
      workers[victim] = start(victim);
      await workers[victim]?.ready;
    }
    const { authorizationServer } = await control.counts();
    const { refreshes, reuses, graced, familiesRevoked } = authorizationServer;
    const { ok } = await (workers[0] as Worker).round({ callers: 1, requests: 1 });
    const damaged = (figures.faults['damaged'] ?? 0) + (figures.faults['unreadable'] ?? 0);
    const rejectedTwice = sumOf(
      rejections.filter(({ at }) => renewals.wasCrossed(at)).map(({ calls }) => calls),
    );
    forgive(figures, rejectedTwice);
    return {
      kills,
      ...figures,
      rejectedTwice,
      refreshes,
      reuses,
      graced,
      familiesRevoked,
      damaged,
      sessionLives: ok > 0,
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

type Done = Extract<FromWorker, { type: 'done' }>;
type Sum = Pick<KillFigures, 'calls' | 'failed' | 'faults' | 'slowestMs'>;

function add(sum: Sum, { ok, faults, slowestMs }: Done): void {
  const failed = sumOf(Object.values(faults));
  sum.calls += ok + failed;
  sum.failed += failed;
  sum.slowestMs = Math.max(sum.slowestMs, Math.round(slowestMs));
  for (const [fault, count] of Object.entries(faults)) sum.faults[fault] = (sum.faults[fault] ?? 0) + count;
}

/** These calls ended as they should. */
function forgive(sum: Sum, rejected: number): void {
  sum.failed -= rejected;
  const left = (sum.faults[REJECTED] ?? 0) - rejected;
  if (left > 0) sum.faults[REJECTED] = left;
  else delete sum.faults[REJECTED];
}

const sumOf = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
