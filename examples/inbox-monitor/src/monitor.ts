import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MailboxConfig } from './mailbox.ts';
import type { FromMonitor, ToMonitor } from './monitor-messages.ts';

/** A monitor process, as its supervisor sees it. */
export interface Monitor {
  readonly name: string;
  readonly polls: number;
  /** Resolves when this many further counts of the inbox have come in. */
  polled(times: number): Promise<void>;
  ready: Promise<void>;
  /** Ends it in the middle of its work. */
  kill(): Promise<void>;
  /** Lets it finish what it does. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 30_000;

/** Starts a monitor; everything it tells goes to `onMessage`. */
export function startMonitor(
  name: string,
  config: MailboxConfig & { pollMs: number },
  onMessage: (name: string, message: FromMonitor) => void,
): Monitor {
  const child: ChildProcess = fork(fileURLToPath(new URL('monitor-process.ts', import.meta.url)), {
    env: { ...process.env, MONITOR: JSON.stringify(config) },
    execArgv: ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'],
  });
  const exited = once(child, 'exit');
  let polls = 0;
  child.on('message', (message: FromMonitor) => {
    if (message.type === 'polled') polls++;
    onMessage(name, message);
    child.emit('told', message);
  });

  const told = (fits: (message: FromMonitor) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`Monitor ${name} made no progress in time.`)),
        PATIENCE_MS,
      );
      const listen = (message: FromMonitor) => fits(message) && done(resolve);
      const gone = () => done(() => reject(new Error(`Monitor ${name} ended before its time.`)));
      const done = (settle: () => void) => {
        clearTimeout(late);
        child.off('told', listen).off('exit', gone);
        settle();
      };
      child.on('told', listen).on('exit', gone);
    });

  const ready = told(({ type }) => type === 'ready');
  ready.catch(() => undefined);
  return {
    name,
    ready,
    get polls() {
      return polls;
    },
    polled(times) {
      const until = polls + times;
      return told(() => polls >= until);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.send('stop' satisfies ToMonitor);
      const insist = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await exited;
      clearTimeout(insist);
    },
  };
}
