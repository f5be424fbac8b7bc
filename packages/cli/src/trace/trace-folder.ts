import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import { keyPath } from '../traced/trace-place.ts';

/**
 * Makes the folder of a run, which this user alone can read, with the key of its fingerprints.
 * @throws {ConfigurationError} when it cannot be made
 */
export function makeTraceFolder(): { path: string } & Disposable {
  let path: string;
  try {
    path = mkdtempSync(join(tmpdir(), 'everbearer-trace-'));
    writeFileSync(keyPath(path), randomBytes(32), { mode: 0o600 });
  } catch (cause) {
    const message = `No folder for the trace can be made in ${tmpdir()} (${(cause as { code?: string }).code}). Set TMPDIR to one that is writable.`;
    throw new ConfigurationError({ option: 'TMPDIR', message, cause });
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}
