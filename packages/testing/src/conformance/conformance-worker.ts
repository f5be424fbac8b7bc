import { pathToFileURL } from 'node:url';
import { startProcess } from '../supervise/start-process.ts';
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

type Said = FromConformanceProcess['said'];
type Heard<S extends Said> = Extract<FromConformanceProcess, { said: S }>;

/** Resolves when the process has opened its backend. */
export async function openElsewhere(
  elsewhere: StoreElsewhere,
  patienceMs: number,
): Promise<ConformanceWorker> {
  const { module, factory = 'default', argument, execArgv } = elsewhere;
  const numbers: number[] = [];
  let failure: string | undefined;
  const started = startProcess<FromConformanceProcess, ToConformanceProcess>({
    // Sources stay sources, and a build stays a build.
    main: new URL(`./conformance-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
    name: 'another process',
    execArgv,
    patienceMs,
    onMessage(message) {
      if (message.said === 'counted') numbers.push(message.number);
      if (message.said === 'failed') failure ??= message.why;
    },
  });
  const { send, pause, resume, kill } = started;

  /** No wait goes on once the process has failed. */
  function complain(): void {
    if (failure !== undefined) throw new Error(`in another process, ${failure}`);
  }

  async function told<S extends Said>(said: S): Promise<Heard<S>> {
    complain();
    const fits = (message: FromConformanceProcess): message is Heard<S> => {
      complain();
      return message.said === said;
    };
    return started.next(fits, said);
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
    async counted(atLeast) {
      await started.until(() => {
        complain();
        return numbers.length >= atLeast;
      }, `counted to ${atLeast}`);
    },
    async finish() {
      send({ do: 'stop' });
      await told('finished');
      await kill();
    },
    pause,
    resume,
    kill,
  };
}
