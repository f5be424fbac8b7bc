import { randomBytes } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import { keyPath } from '../traced/trace-place.ts';
import { isAlive } from './is-alive.ts';

/**
 * Makes the folder of a run, which this user alone can read, with the key of its fingerprints.
 * @throws {ConfigurationError} when it cannot be made
 */
export function makeTraceFolder(): { path: string } & Disposable {
  clearLeftOvers();
  let path: string;
  try {
    path = mkdtempSync(join(tmpdir(), `everbearer-trace-${process.pid}-`));
    writeFileSync(keyPath(path), randomBytes(32), { mode: 0o600 });
  } catch (cause) {
    const message = `No folder for the trace can be made in ${tmpdir()} (${(cause as { code?: string }).code}). Set TMPDIR to one that is writable.`;
    throw new ConfigurationError({ option: 'TMPDIR', message, cause });
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** So long nothing happened in a folder whose trace was killed. One of a container that shares the folder is not taken for such. */
const LEFT_MS = 60 * 60_000;

/** A trace that was killed could not remove its folder. */
function clearLeftOvers(): void {
  for (const name of attempt(() => readdirSync(tmpdir())) ?? []) {
    const [, pid] = /^everbearer-trace-(\d+)-\w+$/.exec(name) ?? [];
    const path = join(tmpdir(), name);
    if (pid !== undefined && !isAlive(Number(pid)))
      attempt(() => isLeft(path) && rmSync(path, { recursive: true }));
  }
}

function isLeft(path: string): boolean {
  const { uid } = lstatSync(path);
  const newest = Math.max(...['.', ...readdirSync(path)].map((file) => lstatSync(join(path, file)).mtimeMs));
  return uid === process.getuid?.() && Date.now() - newest > LEFT_MS;
}

/** What others have there may be in the way. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
