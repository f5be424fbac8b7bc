import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { createKnownSecrets } from './known-secrets.ts';
import { shownOf } from './shown.ts';

/*
 * Set up before every test file of every project: no secret may turn up in an error, an event, a manager, in what is
 * printed, in a warning, or in a file other than the store's. The library reports what it shows by `report-to-watch.ts`.
 */

const secrets = createKnownSecrets();
const leaks: string[] = [];
let pending = new Set<unknown>();

function judge(text: string, where: string): void {
  const secret = secrets.findIn(text);
  if (secret === undefined) return;
  const at = text.indexOf(secret);
  // Cut down to where it is: a report that quotes it whole would be the next leak.
  leaks.push(`${where}: …${text.slice(Math.max(0, at - 60), at).replace(/\s+/g, ' ')}${secret.slice(0, 4)}…`);
}

/** Errors that a test makes itself, to see what becomes of them, are its own. */
function isOfTheTest(value: unknown): boolean {
  if (!(value instanceof Error)) return false;
  const frames = (value.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const maker = frames.find((line) => !line.includes('core/src/errors/'));
  return maker !== undefined && /packages\/[^/]+\/test\//.test(maker);
}

Object.defineProperty(globalThis, Symbol.for('everbearer.canary'), {
  configurable: true,
  value: {
    secret: secrets.add,
    shown: (value: unknown) => void pending.add(value),
  },
});

/** What is printed, from now on. */
function catchPrinted(): string[] {
  const caught: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
    stream.write = ((...given: unknown[]) => {
      caught.push(String(given[0]));
      return write(...given);
    }) as typeof stream.write;
  }
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'table', 'dir'] as const) {
    const print = console[method].bind(console) as (...given: unknown[]) => void;
    console[method] = (...given: unknown[]) => {
      caught.push(given.map(shownOf).join(' '));
      print(...given);
    };
  }
  process.on('warning', (warning) => caught.push(shownOf(warning)));
  return caught;
}

/** Where one process runs many test files, it is caught once, and each file judges what came since the one before. */
const PRINTED = Symbol.for('everbearer.printed');
const everywhere = globalThis as { [PRINTED]?: string[] };
everywhere[PRINTED] ??= catchPrinted();
const printed = everywhere[PRINTED];

/** Temporary files of this file's tests go where they are looked at. */
const home = mkdtempSync(join(tmpdir(), 'watched-'));
// As open as the directory it stands for: some tests act as another user.
chmodSync(home, 0o1777);
const outer = process.env['TMPDIR'];
process.env['TMPDIR'] = home;

/** What the file backend keeps: versions, and drafts and damaged ones; and the files of SQLite and Redis. */
const OF_THE_STORE = /^(v|t|damaged)\.|\.(db|db-wal|db-shm|db-journal|aof|rdb)$/;
const LARGEST = 1024 * 1024;
const judged = new Set<string>();

function judgeFiles(directory: string): void {
  const entries = readdirSync(directory, { withFileTypes: true });
  // A database of PostgreSQL is a store as a whole.
  if (entries.some(({ name }) => name === 'PG_VERSION')) return;
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) judgeFiles(path);
    else if (entry.isFile() && !OF_THE_STORE.test(entry.name)) judgeFile(path);
  }
}

/** Once for each state it was seen in. */
function judgeFile(path: string): void {
  const { size, mtimeMs } = statSync(path);
  const state = `${path} ${size} ${mtimeMs}`;
  if (judged.has(state) || size > LARGEST) return;
  judged.add(state);
  judge(readFileSync(path, 'latin1'), `the file ${path.slice(home.length).split(sep).join('/')}`);
}

/**
 * Where a stack points to is looked up in source maps once somebody reads it; here, its words and paths are enough. Of a test
 * that failed, it was read before.
 */
function withPlainStacks(work: () => void): void {
  const stacks: { prepareStackTrace?: unknown } = Error;
  const { prepareStackTrace } = stacks;
  stacks.prepareStackTrace = undefined;
  try {
    work();
  } finally {
    stacks.prepareStackTrace = prepareStackTrace;
  }
}

function judgeValues(): void {
  const values = pending;
  pending = new Set();
  for (const value of values) {
    if (!isOfTheTest(value))
      judge(shownOf(value), value instanceof Error ? `an ${value.name}` : 'a value shown');
  }
}

function judgeAll(): void {
  withPlainStacks(judgeValues);
  for (const text of printed.splice(0)) judge(text, 'printed');
  try {
    judgeFiles(home);
  } catch {
    // What a test took the right to read from, or removes just now.
    mkdirSync(home, { recursive: true });
  }
}

function complain(): void {
  judgeAll();
  if (leaks.length > 0) throw new Error(`Secrets were shown:\n${[...new Set(leaks.splice(0))].join('\n')}`);
}

afterEach(complain);
afterAll(() => {
  try {
    complain();
  } finally {
    if (outer === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = outer;
    rmSync(home, { recursive: true, force: true });
  }
});
