import { type ChildProcess, fork } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import { type ChildLife, watchLife } from './child-life.ts';
import { inheritedOptions } from './inherited-options.ts';
import type { ProcessEnd } from './process-end.ts';
import { createWaits } from './waits.ts';

/** How to start a process, for {@link startProcess}. */
export interface ProcessOptions<From, To> {
  /** The module that is its program, as a file URL or a path; TypeScript where this Node runs it. */
  main: string | URL;
  /** What it finds in `process.argv` behind its own path. Default: nothing. */
  args?: readonly string[] | undefined;
  /** What errors call it. Default: the name of its file. */
  name?: string | undefined;
  /** Variables of its environment, besides those of this process. `undefined` leaves one out. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Options of `node`. Default: those of this process, except what is about its own tests, debugger and program. */
  execArgv?: readonly string[] | undefined;
  /** Called with each message, before any wait of {@link SupervisedProcess.until} looks again. */
  onMessage?: ((message: From) => void) | undefined;
  /** What asks it to end, for {@link SupervisedProcess.stop}. Default: its channel is closed (its `disconnect` event). */
  farewell?: To | undefined;
  /** How long a wait for it lasts at most, in milliseconds. Default 60000. */
  patienceMs?: number | undefined;
  /** How long `stop()` leaves it to end by itself, in milliseconds. Default 30000. */
  insistMs?: number | undefined;
}

const OPTIONS = Object.keys({
  main: true,
  args: true,
  name: true,
  env: true,
  execArgv: true,
  onMessage: true,
  farewell: true,
  patienceMs: true,
  insistMs: true,
} satisfies Record<keyof ProcessOptions<unknown, unknown>, true>);

/**
 * A process as its parent sees it. It tells and is told JSON values. It ends with its parent at the latest, and never
 * keeps its parent alive, except while a promise of this object is waited for.
 */
export interface SupervisedProcess<From, To> extends AsyncDisposable {
  /** The id of the process; 0 when it could not be started. */
  readonly pid: number;
  /** Whether it is gone. */
  readonly hasEnded: boolean;
  /** Sends it a message. Does nothing if it is gone. */
  send(message: To): void;
  /**
   * Resolves once `isSo()` is true: judged at once, and again after each message.
   *
   * @param what what errors say it has not done: `counted to 5`
   * @throws when it ends before that or takes longer than `patienceMs`, with the last words it wrote to stderr; and
   * what `isSo` throws
   */
  until(isSo: () => boolean, what: string): Promise<void>;
  /**
   * Resolves with the first message from now on that fits.
   *
   * @param what what errors say it has not done: `become ready`
   * @throws as {@link SupervisedProcess.until} does
   */
  next<Wanted extends From>(fits: (message: From) => message is Wanted, what: string): Promise<Wanted>;
  /** Resolves when it is gone, and every message of it has been passed on. */
  ended(): Promise<ProcessEnd>;
  /** Stops it where it is, in the middle of whatever it does. Not on Windows. */
  pause(): void;
  /** Lets it go on after {@link SupervisedProcess.pause}. */
  resume(): void;
  /** Ends it at once, in the middle of whatever it does. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to end (`farewell`), and kills it after `insistMs`; a paused one is resumed first. Resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a process of a module that talks with `process.send()` and `process.on('message')`.
 *
 * What it writes to stderr is kept for errors until its first message; later it also goes on to stderr of this process.
 * A process that cannot be started has ended: waits for it reject.
 *
 * ```ts
 * type FromWorker = { type: 'ready' } | { type: 'counted'; number: number };
 *
 * const worker = startProcess<FromWorker, 'stop'>({ main: new URL('worker.ts', import.meta.url), farewell: 'stop' });
 * await worker.next((message) => message.type === 'ready', 'become ready');
 * await worker.kill();
 * ```
 * @throws {ConfigurationError} naming an option that is unknown, or `main` where it is neither a path nor a URL
 */
export function startProcess<From, To = never>(
  options: ProcessOptions<From, To>,
): SupervisedProcess<From, To> {
  refuseUnknownOptions(options, OPTIONS, 'startProcess()');
  const { onMessage, farewell, patienceMs = 60_000, insistMs = 30_000 } = options;
  const path = pathOf(options.main);
  const child = fork(path, [...(options.args ?? [])], {
    env: { ...process.env, ...options.env },
    execArgv: [...(options.execArgv ?? inheritedOptions())],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  const life = watchLife(child);
  const { wait, look } = createWaits<From>(options.name ?? basename(path), life, patienceMs);
  child.on('message', (message) => {
    life.passOn();
    onMessage?.(message as From);
    look(message as From);
  });
  void life.end.then(() => look());
  const send = (message: To) => void (child.connected && child.send(message as object, () => undefined));
  const askToEnd = () => {
    if (farewell !== undefined) send(farewell);
    else if (child.connected) child.disconnect();
  };
  return {
    pid: child.pid ?? 0,
    get hasEnded() {
      return life.ending !== undefined;
    },
    send,
    until: async (isSo, what) => void (await wait(() => isSo() || undefined, what)),
    next: (fits, what) =>
      wait((message) => (message !== undefined && fits(message) ? message : undefined), what),
    ended: life.awaitEnd,
    ...controls(child, life, askToEnd, insistMs),
  };
}

type Controls = Pick<
  SupervisedProcess<unknown, unknown>,
  'pause' | 'resume' | 'kill' | 'stop' | typeof Symbol.asyncDispose
>;

/** What its parent does to it. */
function controls(child: ChildProcess, life: ChildLife, askToEnd: () => void, insistMs: number): Controls {
  let paused = false;
  let stopping: Promise<void> | undefined;

  function resume(): void {
    if (paused) child.kill('SIGCONT');
    paused = false;
  }

  async function askThenInsist(): Promise<void> {
    if (life.ending) return;
    resume();
    askToEnd();
    const insist = setTimeout(() => child.kill('SIGKILL'), insistMs);
    await life.awaitEnd();
    clearTimeout(insist);
  }

  function stop(): Promise<void> {
    stopping ??= askThenInsist();
    return stopping;
  }

  return {
    pause() {
      paused = child.kill('SIGSTOP');
    },
    resume,
    async kill() {
      child.kill('SIGKILL');
      await life.awaitEnd();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function pathOf(main: string | URL): string {
  if (typeof main !== 'string' && !(main instanceof URL))
    throw new ConfigurationError({ option: 'main', message: '`main` must be a path or a file URL.' });
  return main instanceof URL || main.includes('://') ? fileURLToPath(main) : main;
}
