import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';

/** What a configuration file is called. */
export const CONFIG_NAMES: readonly string[] = [
  'everbearer.config.ts',
  'everbearer.config.js',
  'everbearer.config.json',
];

/** @throws {ConfigurationError} for a named file that is not there */
export function namedConfig(path: string, directory: string): string {
  const whole = resolve(directory, path);
  if (statSync(whole, { throwIfNoEntry: false })?.isFile()) return whole;
  const message = `There is no configuration file at ${whole}. Correct --config (or EVERBEARER_CONFIG).`;
  throw new ConfigurationError({ option: 'config', message });
}

/**
 * The nearest configuration file, from a directory upwards; undefined if there is none. A file is a program, so one of another
 * user is not run just because it lies above.
 * @throws {ConfigurationError} for two side by side, and for a file of another user
 */
export function findConfig(directory: string): string | undefined {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const found = CONFIG_NAMES.filter((name) => existsSync(join(folder, name)));
    if (found.length > 1) {
      const message = `${folder} holds ${found.join(' and ')}. Keep one, or name it with --config.`;
      throw new ConfigurationError({ option: 'config', message });
    }
    if (found[0] !== undefined) return ownFile(join(folder, found[0]));
    if (folder === dirname(folder)) return undefined;
  }
}

function ownFile(path: string): string {
  const { uid } = statSync(path);
  const own = process.getuid?.();
  if (own === undefined || uid === own || uid === 0) return path;
  const message = `${path} belongs to uid ${uid}, and this program runs as uid ${own}. If you trust it, name it: --config ${path}`;
  throw new ConfigurationError({ option: 'config', message });
}
