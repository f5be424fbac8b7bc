import type { ChildProcess } from 'node:child_process';
import type { ProcessEnd } from './process-end.ts';

/** The end of a child process, what it wrote last, and how long it keeps its parent alive. */
export interface ChildLife {
  /** Set when the child is gone and everything that it sent has been read. */
  readonly ending: ProcessEnd | undefined;
  readonly end: Promise<ProcessEnd>;
  /** Keeps this process alive until the child has ended; otherwise the child never does. */
  awaitEnd(): Promise<ProcessEnd>;
  /** From now on what it writes to stderr also goes on to that of this process. */
  passOn(): void;
  /** For the end of an error message. */
  lastWords(): string;
}

const LAST_WORDS = 2_000;
/** A grandchild that outlives the child may hold its stderr open: how long the rest of it is waited for then. */
const REST_MS = 1_000;

export function watchLife(child: ChildProcess): ChildLife {
  let ending: ProcessEnd | undefined;
  const end = endOf(child).then((ended) => {
    ending = ended;
    return ended;
  });
  const words = keepLastWords(child);
  endWithThisProcess(child, end);
  let waiting = 0;
  setReferenced(child, false);
  return {
    end,
    get ending() {
      return ending;
    },
    async awaitEnd() {
      if (waiting++ === 0) setReferenced(child, true);
      try {
        return await end;
      } finally {
        if (--waiting === 0) setReferenced(child, false);
      }
    },
    ...words,
  };
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    // Node's own 'close' event does not come for a child whose channel was closed from this side.
    const isRead = Promise.all([
      new Promise<void>((disconnected) => child.once('disconnect', disconnected)),
      new Promise<void>((closed) => child.stderr?.once('close', closed)),
    ]);
    child.once('exit', (code, signal) => {
      void isRead.then(() => resolve({ code, signal }));
      setTimeout(() => resolve({ code, signal }), REST_MS).unref();
    });
    child.on('error', () => child.pid === undefined && resolve({ code: null, signal: null }));
  });
}

function keepLastWords(child: ChildProcess): Pick<ChildLife, 'passOn' | 'lastWords'> {
  let said = '';
  let passing = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + String(chunk)).slice(-LAST_WORDS);
    if (passing) process.stderr.write(chunk);
  });
  return {
    passOn() {
      passing = true;
    },
    lastWords: () => (said.trim() === '' ? '' : ` Its last words: ${said.trim()}`),
  };
}

const living = new Set<ChildProcess>();

/** One that stands still, or does not listen, would outlive its parent. */
function endWithThisProcess(child: ChildProcess, end: Promise<unknown>): void {
  if (living.size === 0) process.on('exit', killAll);
  living.add(child);
  void end.then(() => {
    living.delete(child);
    if (living.size === 0) process.off('exit', killAll);
  });
}

function killAll(): void {
  for (const child of living) child.kill('SIGKILL');
}

function setReferenced(child: ChildProcess, referenced: boolean): void {
  const handles = [child, child.channel, child.stderr] as (
    | { ref(): void; unref(): void }
    | null
    | undefined
  )[];
  for (const handle of handles) referenced ? handle?.ref() : handle?.unref();
}
