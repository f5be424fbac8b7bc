import { fileURLToPath } from 'node:url';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { type SupervisedProcess, startProcess } from '@everbearer/testing/supervise';
import type { FromWorker, Round, ToWorker, WorkerConfig } from './worker-messages.ts';

type WorkerProcess = SupervisedProcess<FromWorker, ToWorker>;

/** A worker process of a campaign. */
export interface Worker extends Pick<WorkerProcess, 'kill' | 'ended' | 'pause' | 'resume' | 'stop'> {
  /** Resolves when it holds a token. */
  readonly ready: Promise<unknown>;
  /** Resolves with what became of all its callers. */
  round(round: Round): Promise<Extract<FromWorker, { type: 'done' }>>;
}

/** A worker is started for each kill: it need not be compiled each time. */
const NODE_COMPILE_CACHE =
  process.env['NODE_COMPILE_CACHE'] ?? fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url));

export function startWorker(config: WorkerConfig, onMessage: (message: FromWorker) => void): Worker {
  const started: WorkerProcess = startProcess({
    main: new URL('worker-process.ts', import.meta.url),
    env: { NODE_COMPILE_CACHE, WORKER: JSON.stringify(config) },
    execArgv: [
      ...SOURCE_OPTIONS,
      ...(config.killBefore === undefined ? [] : [`--import=${new URL('fault-hooks.ts', import.meta.url)}`]),
    ],
    onMessage,
    farewell: 'stop',
  });
  const ready = started.next((message) => message.type === 'ready', 'become ready');
  ready.catch(() => undefined);
  const { kill, ended, pause, resume, stop } = started;
  return {
    ready,
    round(round) {
      started.send(round);
      return started.next((message) => message.type === 'done', 'ended its round');
    },
    kill,
    ended,
    pause,
    resume,
    stop,
  };
}
