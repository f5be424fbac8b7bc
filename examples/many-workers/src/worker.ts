import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { type SupervisedProcess, startProcess } from '@everbearer/testing/supervise';
import type { MailboxesConfig } from './open-mailboxes.ts';
import type { Trace } from './trace.ts';
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
  /** When it last began or ended a renewal for that person, by `performance.now()`; 0 when it never did. */
  renewedAt(person: string): number;
  /** Ends it in the middle of its work, and starts it again. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

const COLUMNS: Partial<Record<string, 'renewed' | 'adopted' | 'waited' | 'tookOver' | 'repaired'>> = {
  renewed: 'renewed',
  adopted: 'adopted',
  lease_waited: 'waited',
  lease_taken_over: 'tookOver',
  repaired: 'repaired',
};

export function startWorker(
  name: string,
  config: MailboxesConfig & { people: readonly string[] },
  trace?: Trace | undefined,
): Worker {
  const counts = { calls: 0, failed: 0, renewed: 0, adopted: 0, waited: 0, tookOver: 0, repaired: 0 };
  const row: WorkerRow = { name, pid: 0, restarts: 0, ...counts };
  const renewals = new Map<string, number>();
  let started = launch();

  function launch(): SupervisedProcess<FromWorker, ToWorker> {
    const next = startProcess<FromWorker, ToWorker>({
      main: new URL('worker-process.ts', import.meta.url),
      name: `worker ${name}`,
      env: { WORKER: JSON.stringify(config) },
      execArgv: SOURCE_OPTIONS,
      onMessage: count,
      farewell: 'stop',
    });
    row.pid = next.pid;
    trace?.started(`worker ${name}`, next.pid);
    return next;
  }

  function count(message: FromWorker): void {
    trace?.told(row.pid, message);
    if (message.type === 'called') {
      row.calls++;
      if (!message.ok) row.failed++;
      return;
    }
    const { event, account = '' } = message;
    if (event === 'renewed' || event === 'renewal_started') renewals.set(account, performance.now());
    const column = COLUMNS[event];
    if (column) row[column]++;
  }

  return {
    row,
    called(times) {
      const enough = row.calls - row.failed + times;
      return started.until(() => row.calls - row.failed >= enough, `made ${times} further calls`);
    },
    renewedAt: (person) => renewals.get(person) ?? 0,
    async killAndRestart() {
      await started.kill();
      trace?.ended(row.pid, await started.ended());
      row.restarts++;
      started = launch();
    },
    async stop() {
      if (started.hasEnded) return;
      await started.stop();
      trace?.ended(row.pid, await started.ended());
    },
  };
}
