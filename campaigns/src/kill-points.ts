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
  const { processes, points, stride = 1, times, graceMs, minutes } = options;
  const deadline = performance.now() + minutes * 60_000;
  await using scene = await setScene({ accessTokenLifeMs: LIFE_MS, latencyMs: 20, graceMs }, true);
  const { control } = scene.farEnd;
  const figures = { kills: 0, failed: 0, takeovers: 0 };
  const kinds: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const queue = Array.from({ length: points * times }, (_, index) => (index % points) * stride + 1);

  let renewed: () => void = () => undefined;

  function start(killBefore: number | undefined): Worker {
    const config = { ...scene.config, ...(killBefore !== undefined && { killBefore }) };
    return startWorker(config, (message) => {
      if (message.type === 'received') renewed();
      if (message.type === 'dying') kinds[message.point] = (kinds[message.point] ?? 0) + 1;
      if (message.type === 'event' && message.event === 'lease_taken_over') figures.takeovers++;
      if (message.type !== 'done') return;
      for (const [fault, count] of Object.entries(message.faults)) {
        faults[fault] = (faults[fault] ?? 0) + count;
        figures.failed += count;
      }
    });
  }

  async function dieInTurn(): Promise<void> {
    for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
      const worker = start(point);
      await worker.ended();
      figures.kills++;
      if (performance.now() > deadline) queue.length = 0;
    }
  }

  // One that is not killed: it sees what the others leave behind.
  const survivor = start(undefined);
  try {
    await survivor.ready;
    await Promise.all(Array.from({ length: processes }, dieInTurn));
    // One more process, which is left in peace: what the dead left behind is good for a renewal.
    const heir = start(Number.MAX_SAFE_INTEGER);
    const renewal = new Promise<true>((resolve) => {
      renewed = () => resolve(true);
    });
    const sessionLives = (await within(PATIENCE_MS, renewal)) ?? false;
    await heir.kill();
    const { authorizationServer } = await control.counts();
    const { refreshes, reuses, graced, familiesRevoked } = authorizationServer;
    return { ...figures, kinds, faults, refreshes, reuses, graced, familiesRevoked, sessionLives };
  } finally {
    await survivor.stop();
  }
}
