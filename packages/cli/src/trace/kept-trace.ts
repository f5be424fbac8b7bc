import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { World } from '../world/world.ts';

/** Of a trace that runs for long, so much is kept, and up to so much before it. */
const KEPT_BYTES = 4 * 2 ** 20;
/** So many traces are kept, the new one among them. */
const MOST_KEPT = 5;

const NAME = /^\d{13,}-\d+\.jsonl$/;

/** Where traces are kept for `everbearer explain`; undefined where this user has no home. */
export function keptTracesFolder(env: World['env']): string | undefined {
  const { XDG_STATE_HOME: state, HOME: home = homeOfUser() } = env;
  const base = state && isAbsolute(state) ? state : home && join(home, '.local', 'state');
  return base ? join(base, 'everbearer-traces') : undefined;
}

function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

const before = (path: string): string => `${path}.before`;

/** Keeps the lines of one trace. What cannot be kept is given up: the program that is traced goes on. */
export class KeptTrace {
  readonly #path: string;
  readonly #bytes: number;
  #written = 0;
  #isOver = false;

  constructor(folder: string | undefined, now: number, bytes: number = KEPT_BYTES) {
    this.#path = folder === undefined ? '' : join(folder, `${now}-${process.pid}.jsonl`);
    this.#bytes = bytes;
    this.#isOver = folder === undefined;
    this.#attempt(() => {
      makeFolder(folder as string);
      for (const name of namesIn(folder as string).slice(MOST_KEPT - 1)) {
        rmSync(join(folder as string, name), { force: true });
        rmSync(before(join(folder as string, name)), { force: true });
      }
    });
  }

  /** Whether all that was given is kept, as far as there is room. */
  get isKept(): boolean {
    return !this.#isOver;
  }

  add(line: string): void {
    this.#attempt(() => {
      if (this.#written >= this.#bytes) {
        renameSync(this.#path, before(this.#path));
        this.#written = 0;
      }
      appendFileSync(this.#path, `${line}\n`, { mode: 0o600 });
      this.#written += line.length + 1;
    });
  }

  #attempt(work: () => void): void {
    if (this.#isOver) return;
    try {
      work();
    } catch {
      this.#isOver = true;
    }
  }
}

/** With the folders above it. One by one: Node's own `recursive` does not come back on every file system. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** The lines of the last trace; undefined where none is kept. */
export function readLastTrace(folder: string): string | undefined {
  const [last] = namesIn(folder);
  if (last === undefined) return undefined;
  const path = join(folder, last);
  return (textIn(before(path)) ?? '') + (textIn(path) ?? '');
}

/** The newest first. */
function namesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => NAME.test(name));
    return names.sort((a, b) => Number(b.split('-')[0]) - Number(a.split('-')[0]));
  } catch {
    return [];
  }
}

function textIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
