import { openSync } from 'node:fs';
import { ConfigurationError } from '@everbearer/core';

/**
 * Opens a file for what a trace tells: for this user alone, if it is new.
 * @throws {ConfigurationError} that names the flag
 */
export function openForWriting(path: string, flag: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (cause) {
    const message = `${path} cannot be written (${(cause as { code?: string }).code}). Nothing was started. Give another: ${flag} FILE`;
    throw new ConfigurationError({ option: flag, message, cause });
  }
}
