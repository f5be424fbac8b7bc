import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FromConformanceProcess, StoreElsewhere, ToConformanceProcess } from './conformance-messages.ts';

/** Another process over the store under test, as the kit sees it. */
export interface ConformanceWorker {
  save(key: string, data: string, expected: string | undefined): Promise<string | undefined>;
  /** Begins to count; `numbers` holds what was acknowledged. */
  count(key: string, times?: number): void;
  readonly numbers: readonly number[];
  /** Resolves when it has counted that many; rejects when it failed. */
  counted(atLeast: number): Promise<void>;
  /** Lets it end the update it is in, then ends it. */
  finish(): Promise<void>;
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
}

/** Resolves when the process has opened its backend. */
export async function openElsewhere(
  elsewhere: StoreElsewhere,
  patienceMs: number,
): Promise<ConformanceWorker> {
  const { module, factory = 'default', argument, execArgv = inheritedOptions() } = elsewhere;
  // Sources stay sources, and a build stays a build.
  const main = new URL(
    `./conformance-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
    import.meta.url,
  );
  const child = fork(fileURLToPath(main), { execArgv: [...execArgv] });
  const exited = once(child, 'exit');
  child.on('error', () => undefined);
  const numbers: number[] = [];
  const heard: FromConformanceProcess[] = [];
  let listener: (() => void) | undefined;
  let gone = false;
  void exited.then(() => {
    gone = true;
    listener?.();
  });
  child.on('message', (message: FromConformanceProcess) => {
    if (message.said === 'counted') numbers.push(message.number);
    else heard.push(message);
    listener?.();
  });
  const send = (message: ToConformanceProcess) => void child.send(message, () => undefined);

  /** Waits until that is so; a process that failed or ended is an error. */
  async function until(isSo: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const failed = heard.find((message) => message.said === 'failed');
      if (failed) assert.fail(`in another process, ${failed.why}`);
      if (isSo()) return;
      assert.ok(!gone, `another process ended before it ${what}`);
      assert.ok(
        performance.now() < deadline,
        `another process has not ${what} within ${patienceMs / 1_000} s`,
      );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        listener = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async function told<S extends FromConformanceProcess['said']>(
    said: S,
  ): Promise<Extract<FromConformanceProcess, { said: S }>> {
    await until(() => heard.some((message) => message.said === said), said);
    const at = heard.findIndex((message) => message.said === said);
    return heard.splice(at, 1)[0] as Extract<FromConformanceProcess, { said: S }>;
  }

  async function kill(): Promise<void> {
    if (gone) return;
    child.kill('SIGKILL');
    await exited;
  }

  const url =
    typeof module === 'string' && !module.includes('://') ? pathToFileURL(module).href : String(module);
  send({ do: 'open', module: url, factory, argument });
  try {
    await told('opened');
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    numbers,
    async save(key, data, expected) {
      send({ do: 'save', key, data, expected });
      return (await told('saved')).version;
    },
    count: (key, times = Number.MAX_SAFE_INTEGER) => send({ do: 'count', key, times }),
    counted: (atLeast) => until(() => numbers.length >= atLeast, `counted to ${atLeast}`),
    async finish() {
      send({ do: 'stop' });
      await told('finished');
      await kill();
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill,
  };
}

/** What this process runs with, but for what is about itself: its tests, its debugger, its program. */
function inheritedOptions(): string[] {
  const { execArgv } = process;
  if (execArgv.some((option) => /^(-e|-p|--eval|--print)/.test(option))) return [];
  return execArgv.filter((option) => !/^--(test|inspect|watch)/.test(option));
}
