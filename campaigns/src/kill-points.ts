import { addRound, noCalls } from './call-sums.ts';
import { setScene } from './scene.ts';
import { within } from './within.ts';
import { startWorker, type Worker } from './worker.ts';

export interface KillPointOptions {
  processes: number;
  /** How many system calls of the file backend, counted from when a process is ready, it dies before, one by one. */
  points: number;
  /** Every so many of them. */
  stride?: number;
  /** How often each of them. */
  times: number;
  graceMs: number;
  /** Ends early, with the figures of what was done by then. */
  minutes: number;
}

export interface KillPointFigures {
  kills: number;
  /** How many kinds of system call and file they came before. */
  kinds: Record<string, number>;
  refreshes: number;
  reuses: number;
  /** Replays that the grace forgave: of holders killed between the server's answer and their save. */
  graced: number;
  takeovers: number;
  failed: number;
  faults: Record<string, number>;
  familiesRevoked: number;
  sessionLives: boolean;
}

const LIFE_MS = 60_000;
const PATIENCE_MS = 60_000;

/**
 * Workers that renew without a pause and die by themselves, each right before another system call of the file backend:
 * loads, leases, commits, clean-ups. A process that died is replaced. The session must outlive them all.
 */
export async function killAtEveryPoint(options: KillPointOptions): Promise<KillPointFigures> {
  const { processes, graceMs } = options;
  await using scene = await setScene({ accessTokenLifeMs: LIFE_MS, latencyMs: 20, graceMs }, true);
  const sums = { ...noCalls(), takeovers: 0 };
  const kinds: Record<string, number> = {};
  let renewed: () => void = () => undefined;
  const start = (killBefore: number | undefined): Worker => {
    const config = { ...scene.config, ...(killBefore !== undefined && { killBefore }) };
    return startWorker(config, (message) => {
      if (message.type === 'received') renewed();
      if (message.type === 'dying') kinds[message.point] = (kinds[message.point] ?? 0) + 1;
      if (message.type === 'event' && message.event === 'lease_taken_over') sums.takeovers++;
      if (message.type === 'done') addRound(sums, message);
    });
  };
  // One that is not killed: it sees what the others leave behind.
  const survivor = start(undefined);
  try {
    await survivor.ready;
    const queue = pointsOf(options);
    const dead = await Promise.all(Array.from({ length: processes }, () => dieInTurn(queue, start)));
    // One more process, which is left in peace: what the dead left behind is good for a renewal.
    const heir = start(Number.MAX_SAFE_INTEGER);
    const renewal = new Promise<true>((resolve) => {
      renewed = () => resolve(true);
    });
    const sessionLives = (await within(PATIENCE_MS, renewal)) ?? false;
    await heir.kill();
    const { refreshes, reuses, graced, familiesRevoked } = (await scene.farEnd.control.counts())
      .authorizationServer;
    const counts = { refreshes, reuses, graced, familiesRevoked, sessionLives };
    const { calls: _calls, ...figures } = sums;
    return { kills: dead.reduce((total, kills) => total + kills, 0), kinds, ...figures, ...counts };
  } finally {
    await survivor.stop();
  }
}

/** Before which system calls to die, one after the other, until the time is over. */
function* pointsOf({ points, stride = 1, times, minutes }: KillPointOptions): Generator<number> {
  const deadline = performance.now() + minutes * 60_000;
  for (let index = 0; index < points * times && performance.now() < deadline; index++)
    yield (index % points) * stride + 1;
}

/** Starts a process for each point that is left, and resolves to how many died. */
async function dieInTurn(queue: Iterator<number>, start: (killBefore: number) => Worker): Promise<number> {
  let kills = 0;
  for (let point = queue.next(); !point.done; point = queue.next()) {
    await start(point.value).ended();
    kills++;
  }
  return kills;
}
