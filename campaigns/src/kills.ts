import { setTimeout as pause } from 'node:timers/promises';
import { setScene } from './scene.ts';
import { startWorker, type Worker } from './worker.ts';
import type { FromWorker } from './worker-messages.ts';

export interface KillOptions {
  processes: number;
  kills: number;
  /** How long the server forgives a refresh token that was presented before. */
  graceMs: number;
}

export interface KillFigures {
  kills: number;
  calls: number;
  failed: number;
  faults: Record<string, number>;
  refreshes: number;
  reuses: number;
  takeovers: number;
  damaged: number;
  /** The longest that a call of a living process took: the takeover from a dead one is in it. */
  slowestMs: number;
  familiesRevoked: number;
  sessionLives: boolean;
}

const LIFE_MS = 2_000;

/** Workers that renew all the time are killed at random and started again. The session must outlive them all. */
export async function killAtRandom({ processes, kills, graceMs }: KillOptions): Promise<KillFigures> {
  await using scene = await setScene({ accessTokenLifeMs: LIFE_MS, latencyMs: 40, graceMs }, true);
  const { control } = scene.farEnd;
  const figures = { calls: 0, failed: 0, faults: {} as Record<string, number>, takeovers: 0, slowestMs: 0 };
  const heard = (message: FromWorker) => {
    if (message.type === 'event' && message.event === 'lease_taken_over') figures.takeovers++;
    if (message.type !== 'done') return;
    const failed = Object.values(message.faults).reduce((sum, count) => sum + count, 0);
    figures.calls += message.ok + failed;
    figures.failed += failed;
    figures.slowestMs = Math.max(figures.slowestMs, Math.round(message.slowestMs));
    for (const [fault, count] of Object.entries(message.faults))
      figures.faults[fault] = (figures.faults[fault] ?? 0) + count;
  };
  const workers: Worker[] = Array.from({ length: processes }, () => startWorker(scene.config, heard));
  try {
    await Promise.all(workers.map(({ ready }) => ready));
    for (let kill = 0; kill < kills; kill++) {
      // Half of the tokens end by revocation, so that a renewal is under way when a kill comes.
      if (kill % 2 === 0) await control.expireNow();
      await pause(Math.random() * 120);
      const victim = Math.floor(Math.random() * processes);
      await workers[victim]?.kill();
      workers[victim] = startWorker(scene.config, heard);
      await workers[victim]?.ready;
      await pause(LIFE_MS / 4);
    }
    const { authorizationServer } = await control.counts();
    const { refreshes, reuses, familiesRevoked } = authorizationServer;
    const { ok } = await (workers[0] as Worker).round(1);
    const damaged = (figures.faults['damaged'] ?? 0) + (figures.faults['unreadable'] ?? 0);
    return { kills, ...figures, refreshes, reuses, familiesRevoked, damaged, sessionLives: ok === 1 };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}
