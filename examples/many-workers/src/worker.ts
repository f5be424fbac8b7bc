import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MailboxesConfig } from './open-mailboxes.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** What is known of a worker, through all of its lives. */
export interface WorkerRow {
  name: string;
  pid: number;
  /** Times that it was killed and started again. */
  restarts: number;
  calls: number;
  failed: number;
  renewed: number;
  adopted: number;
  waited: number;
  tookOver: number;
  repaired: number;
}

/** A worker, as its supervisor sees it. */
export interface Worker {
  readonly row: WorkerRow;
  /** Resolves when this many further calls came to a good end. */
  called(times: number): Promise<void>;
  /** Ends it in the middle of its work, and starts it anew. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 60_000;
const COLUMNS: Partial<Record<string, 'renewed' | 'adopted' | 'waited' | 'tookOver' | 'repaired'>> = {
  renewed: 'renewed',
  adopted: 'adopted',
  lease_waited: 'waited',
  lease_taken_over: 'tookOver',
  repaired: 'repaired',
};

export function startWorker(name: string, config: MailboxesConfig & { people: readonly string[] }): Worker {
  const counts = { calls: 0, failed: 0, renewed: 0, adopted: 0, waited: 0, tookOver: 0, repaired: 0 };
  const row: WorkerRow = { name, pid: 0, restarts: 0, ...counts };
  const waiting = new Set<() => void>();
  let child = launch();

  function launch(): ChildProcess {
    const started = fork(fileURLToPath(new URL('worker-process.ts', import.meta.url)), {
      env: { ...process.env, WORKER: JSON.stringify(config) },
      execArgv: ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'],
    });
    row.pid = started.pid ?? 0;
    started.on('message', (message: FromWorker) => {
      count(message);
      for (const look of waiting) look();
    });
    return started;
  }

  function count(message: FromWorker): void {
    if (message.type === 'called') {
      row.calls++;
      if (!message.ok) row.failed++;
      return;
    }
    const column = COLUMNS[message.event];
    if (column) row[column]++;
  }

  return {
    row,
    called(times) {
      const enough = row.calls - row.failed + times;
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`Worker ${name} made no progress in time.`));
        }, PATIENCE_MS);
        const look = () => {
          if (row.calls - row.failed < enough) return;
          clearTimeout(late);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
    },
    async killAndRestart() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      row.restarts++;
      child = launch();
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.send('stop' satisfies ToWorker, () => undefined);
      const insist = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await gone;
      clearTimeout(insist);
    },
  };
}
