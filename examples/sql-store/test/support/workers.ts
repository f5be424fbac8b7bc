import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { startProcess } from '@everbearer/testing/supervise';
import type { FromWorker, ToWorker, WorkerConfig } from '../../src/worker-messages.ts';

export interface Workers extends AsyncDisposable {
  /** Each worker makes these calls, all at the same time. */
  call(round: ToWorker): Promise<{ right: number; wrong: string[] }>;
}

export async function startWorkers(count: number, config: WorkerConfig): Promise<Workers> {
  const workers = Array.from({ length: count }, (_, index) =>
    startProcess<FromWorker, ToWorker>({
      main: new URL('../../src/worker-process.ts', import.meta.url),
      name: `worker ${index}`,
      env: { WORKER: JSON.stringify(config) },
      execArgv: SOURCE_OPTIONS,
    }),
  );
  await Promise.all(
    workers.map((worker) => worker.next((message) => message.type === 'ready', 'become ready')),
  );
  return {
    async call(round) {
      const answers = workers.map((worker) => {
        worker.send(round);
        return worker.next((message) => message.type === 'done', 'ended its round');
      });
      const sum = { right: 0, wrong: [] as string[] };
      for (const { right, wrong } of await Promise.all(answers)) {
        sum.right += right;
        sum.wrong.push(...wrong);
      }
      return sum;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}
