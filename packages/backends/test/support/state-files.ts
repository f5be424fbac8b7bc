import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileBackend } from '@everbearer/backends/file';
import { onTestFinished } from 'vitest';

/** A directory of this user alone that goes away with the test. */
export function temporaryDirectory(): string {
  const around = mkdtempSync(join(tmpdir(), 'everbearer-file-'));
  onTestFinished(() => rmSync(around, { recursive: true, force: true }));
  // Other users may pass, as on the way to any directory that they are not to enter.
  chmodSync(around, 0o755);
  const directory = join(around, 'state');
  mkdirSync(directory, { mode: 0o700 });
  return directory;
}

/** The files of a key, told from the layout and not by the code under test. */
export function folderOf(directory: string, key: string): string {
  return join(directory, createHash('sha256').update(key).digest('hex'));
}

export function versionsIn(folder: string): number[] {
  const numbers = readdirSync(folder)
    .filter((name) => name.startsWith('v.'))
    .map((name) => Number(name.slice(2)));
  return numbers.sort((a, b) => b - a);
}

export function newestPath(directory: string, key: string): string {
  const folder = folderOf(directory, key);
  return join(folder, `v.${versionsIn(folder)[0]}`);
}

/** What is neither a version nor the key. */
export function otherNames(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.startsWith('v.') && name !== 'key');
}

export async function keysOf(backend: Pick<FileBackend, 'list'>): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of backend.list()) keys.push(key);
  return keys.sort();
}

/** Every name and every byte below a directory. */
export function everythingIn(directory: string): string {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true });
  const contents = names
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  return [...names.map(({ name }) => name), ...contents].join('\n');
}
