import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromWorker, Round, ToWorker, WorkerConfig } from './worker-messages.ts';

/** A worker process, as its supervisor sees it. */
export interface Worker {
  readonly pid: number;
  ready: Promise<void>;
  /** Resolves with what became of all its callers. */
  round(round: Round): Promise<Extract<FromWorker, { type: 'done' }>>;
  kill(): Promise<void>;
  /** Resolves when it has ended, in whatever way. */
  ended: Promise<unknown>;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const PATIENCE_MS = 60_000;
/** A worker is started for each kill: it need not be compiled each time. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url));

export function startWorker(config: WorkerConfig, onMessage: (message: FromWorker) => void): Worker {
  const child = fork(fileURLToPath(new URL('worker-process.ts', import.meta.url)), {
    env: { NODE_COMPILE_CACHE, ...process.env, WORKER: JSON.stringify(config) },
    execArgv: [
      '--conditions=everbearer-source',
      '--disable-warning=ExperimentalWarning',
      ...(config.killBefore === undefined ? [] : [`--import=${new URL('fault-hooks.ts', import.meta.url)}`]),
    ],
  });
  const exited = once(child, 'exit');
  child.on('error', () => undefined);
  child.on('message', onMessage);

  const told = async <T extends FromWorker['type']>(type: T): Promise<Extract<FromWorker, { type: T }>> => {
    const settled = new AbortController();
    const message = new Promise<Extract<FromWorker, { type: T }>>((resolve, reject) => {
      const listen = (each: FromWorker) =>
        each.type === type && resolve(each as Extract<FromWorker, { type: T }>);
      child.on('message', listen);
      settled.signal.addEventListener('abort', () => child.off('message', listen));
      AbortSignal.timeout(PATIENCE_MS).addEventListener('abort', () =>
        reject(new Error(`No "${type}" in time.`)),
      );
    });
    const gone = exited.then(([code, signal]) => {
      throw new Error(`The worker ended before its "${type}": ${code ?? signal}.`);
    });
    gone.catch(() => undefined);
    return Promise.race([message, gone]).finally(() => settled.abort());
  };

  const ready = told('ready').then(() => undefined);
  ready.catch(() => undefined);
  return {
    pid: child.pid as number,
    ready,
    round(round) {
      const done = told('done');
      child.send(round satisfies ToWorker);
      return done;
    },
    ended: exited,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.send('stop' satisfies ToWorker, () => undefined);
      const insist = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await exited;
      clearTimeout(insist);
    },
  };
}
