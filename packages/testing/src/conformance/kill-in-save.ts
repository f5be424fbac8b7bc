import { setTimeout as sleep } from 'node:timers/promises';
import type { ConformanceWorker } from './conformance-worker.ts';

/** A kill of one process while it saves. */
export interface PlannedKill {
  /** Which of the processes is killed. */
  victim: number;
  /** How far into the save it is killed, from 0 to 1. */
  share: number;
  /**
   * The others rest meanwhile, so the whole save is a write. Among others, most of a save may be a wait for a lock, and
   * a kill finds how the store deals with a process that dies in the queue.
   */
  alone: boolean;
}

/** One kill more than there are processes, alternately alone and among the others, each kind spread evenly over a save. */
export function killPlan(processes: number): PlannedKill[] {
  const kills = processes + 1;
  return Array.from({ length: kills }, (_, index) => {
    const alone = index % 2 === 0;
    const ofThisKind = alone ? Math.ceil(kills / 2) : Math.floor(kills / 2);
    return { victim: index % processes, share: (Math.floor(index / 2) + 0.5) / ofThisKind, alone };
  });
}

/** How often a save that ended too soon is followed by another try: first with the same process, then with a new one. */
const MOST_SAVES = 20;
const MOST_VICTIMS = 3;

/**
 * Kills one of the processes as planned and puts a new one in its place. All of them count when this begins and when it
 * ends. A process whose save had ended when the kill arrived was killed for nothing: then its successor is killed too.
 */
export async function killInSave(
  workers: ConformanceWorker[],
  { victim, share, alone }: PlannedKill,
  open: () => Promise<ConformanceWorker>,
  key: string,
): Promise<void> {
  const others = workers.filter((_, index) => index !== victim);
  if (alone) await Promise.all(others.map((other) => other.rest()));
  for (let killed = 0, fell = false; !fell && killed < MOST_VICTIMS; killed++) {
    fell = await killWhenSaving(workers[victim] as ConformanceWorker, share);
    workers[victim] = await open();
    workers[victim].count(key);
  }
  if (alone) for (const other of others) other.count(key);
}

/** Tells whether it was killed within a save. */
async function killWhenSaving(worker: ConformanceWorker, share: number): Promise<boolean> {
  // How long a save takes at present is known once one has succeeded.
  await worker.counted(worker.numbers.length + 1);
  for (let saves = 0; saves < MOST_SAVES; saves++) {
    await worker.nextSave();
    const save = worker.activity.saves;
    const delay = share * worker.activity.lastSaveMs;
    // The shortest sleep is longer than a short save.
    if (delay >= 1) await sleep(delay);
    if (worker.activity.isSaving && worker.activity.saves === save) break;
  }
  await worker.kill();
  return worker.activity.isSaving;
}
