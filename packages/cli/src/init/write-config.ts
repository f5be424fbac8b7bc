import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import type { ConfigTarget } from './config-target.ts';

/**
 * Writes the file whole, or not at all. One that is there is replaced only where the target says so: it may have come
 * meanwhile.
 * @throws {ConfigurationError} that names the path
 */
export function writeConfig({ path, exists }: Pick<ConfigTarget, 'path' | 'exists'>, text: string): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    writeFileSync(exists ? draft : path, text, { flag: 'wx' });
    if (exists) renameSync(draft, path);
  } catch (error) {
    if (exists) attempt(() => rmSync(draft, { force: true }));
    const { code = 'unknown' } = error as { code?: string };
    throw new ConfigurationError({ option: 'config', message: faultOf(path, code), cause: error });
  }
}

function faultOf(path: string, code: string): string {
  if (code === 'EEXIST') return `${path} is there by now, and was not written over. Look at it first.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `${path} cannot be written (${code}). Check the rights at ${dirname(path)}, or name another place with --config.`;
  return `${path} cannot be written (${code}). Name another place with --config.`;
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // What stands in the way is told already.
  }
}
