import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker, WorkerConfig } from '../../src/worker-messages.ts';

export interface Workers extends AsyncDisposable {
  /** Each worker makes these calls, all at the same time. */
  call(round: ToWorker): Promise<{ right: number; wrong: string[] }>;
}

export async function startWorkers(count: number, config: WorkerConfig): Promise<Workers> {
  const main = fileURLToPath(new URL('../../src/worker-process.ts', import.meta.url));
  const children = Array.from({ length: count }, () =>
    fork(main, {
      env: { ...process.env, WORKER: JSON.stringify(config) },
      execArgv: ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'],
    }),
  );
  await Promise.all(children.map((child) => told(child)));
  return {
    async call(round) {
      const answers = children.map(async (child) => {
        const answer = told(child);
        child.send(round);
        return answer;
      });
      const sum = { right: 0, wrong: [] as string[] };
      for (const answer of await Promise.all(answers)) {
        if (answer.type !== 'done') continue;
        sum.right += answer.right;
        sum.wrong.push(...answer.wrong);
      }
      return sum;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(
        children.map(async (child) => {
          const exited = once(child, 'exit');
          child.disconnect();
          await exited;
        }),
      );
    },
  };
}

async function told(child: ChildProcess): Promise<FromWorker> {
  const message = once(child, 'message').then(([said]) => said as FromWorker);
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`A worker ended with ${String(code)}.`);
  });
  gone.catch(() => undefined);
  return Promise.race([message, gone]);
}
