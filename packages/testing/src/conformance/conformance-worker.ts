import { pathToFileURL } from 'node:url';
import { type SupervisedProcess, startProcess } from '../supervise/start-process.ts';
import type { FromConformanceProcess, StoreElsewhere, ToConformanceProcess } from './conformance-messages.ts';

/** The saves of a process that counts, as far as it told. */
export interface WorkerActivity {
  /** How many saves it has begun. */
  saves: number;
  /** It has begun the last one and not ended it. */
  isSaving: boolean;
  /** How long its last successful save took, in milliseconds. */
  lastSaveMs: number;
}

/** Another process over the store under test, as the kit sees it. */
export interface ConformanceWorker {
  save(key: string, data: string, expected: string | undefined): Promise<string | undefined>;
  /** Begins to count; `numbers` holds what was acknowledged. */
  count(key: string, times?: number): void;
  readonly numbers: readonly number[];
  /** Resolves when it has counted that many; rejects when it failed. */
  counted(atLeast: number): Promise<void>;
  /** What it was last heard to do. After {@link ConformanceWorker.kill} nothing more is to come. */
  readonly activity: WorkerActivity;
  /** Resolves when it begins its next save. */
  nextSave(): Promise<void>;
  /** Lets it end the update it is in; then it waits until it is told to count again. */
  rest(): Promise<void>;
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
  { module, factory = 'default', argument, execArgv }: StoreElsewhere,
  patienceMs: number,
): Promise<ConformanceWorker> {
  const { numbers, activity, send, told, counted, pause, resume, kill } = startTalk(execArgv, patienceMs);
  send({ do: 'open', module: urlOf(module), factory, argument });
  try {
    await told('opened');
  } catch (error) {
    await kill();
    throw error;
  }
  async function rest(): Promise<void> {
    send({ do: 'stop' });
    await told('finished');
  }

  return {
    numbers,
    activity,
    async save(key, data, expected) {
      send({ do: 'save', key, data, expected });
      return (await told('saved')).version;
    },
    count: (key, times = Number.MAX_SAFE_INTEGER) => send({ do: 'count', key, times }),
    counted,
    nextSave: async () => void (await told('saving')),
    rest,
    async finish() {
      await rest();
      await kill();
    },
    pause,
    resume,
    kill,
  };
}

function urlOf(module: StoreElsewhere['module']): string {
  return typeof module === 'string' && !module.includes('://') ? pathToFileURL(module).href : String(module);
}

type Controls = Pick<
  SupervisedProcess<FromConformanceProcess, ToConformanceProcess>,
  'send' | 'pause' | 'resume' | 'kill'
>;

/** A process of the kit, and what it tells. No wait goes on once it has failed. */
interface Talk extends Controls, Pick<ConformanceWorker, 'numbers' | 'activity' | 'counted'> {
  /** Resolves with the next message of this kind. */
  told<S extends Said>(said: S): Promise<Heard<S>>;
}

function startTalk(execArgv: StoreElsewhere['execArgv'], patienceMs: number): Talk {
  const numbers: number[] = [];
  const activity: WorkerActivity = { saves: 0, isSaving: false, lastSaveMs: 0 };
  let failure: string | undefined;
  const { send, next, until, pause, resume, kill } = startProcess<
    FromConformanceProcess,
    ToConformanceProcess
  >({
    // Sources stay sources, and a build stays a build.
    main: new URL(`./conformance-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
    name: 'another process',
    execArgv,
    patienceMs,
    onMessage(message) {
      note(activity, message);
      if (message.said === 'counted') numbers.push(message.number);
      if (message.said === 'failed') failure ??= message.why;
    },
  });

  function complain(): void {
    if (failure !== undefined) throw new Error(`in another process, ${failure}`);
  }

  async function told<S extends Said>(said: S): Promise<Heard<S>> {
    complain();
    const fits = (message: FromConformanceProcess): message is Heard<S> => {
      complain();
      return message.said === said;
    };
    return next(fits, said);
  }

  async function counted(atLeast: number): Promise<void> {
    const hasCounted = () => {
      complain();
      return numbers.length >= atLeast;
    };
    await until(hasCounted, `counted to ${atLeast}`);
  }

  return { numbers, activity, send, told, counted, pause, resume, kill };
}

function note(activity: WorkerActivity, message: FromConformanceProcess): void {
  if (message.said === 'saving') activity.saves++;
  activity.isSaving = message.said === 'saving';
  if (message.said === 'counted') activity.lastSaveMs = message.tookMs;
}
