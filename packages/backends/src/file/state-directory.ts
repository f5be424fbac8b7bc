import { lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';

/**
 * The directory to use, as an absolute path.
 * @throws {ConfigurationError} when it cannot be one; whether it is safe and writable is seen at first use
 */
export function stateDirectory(given: unknown): string {
  if (given === undefined) return defaultDirectory();
  if (typeof given !== 'string' || given.trim() === '' || given.includes('\0')) {
    throw new ConfigurationError({
      option: 'directory',
      message: '`directory` must be the path of a directory, or left out.',
    });
  }
  if (/^~([/\\]|$)/.test(given)) {
    throw new ConfigurationError({
      option: 'directory',
      message: '`directory` begins with `~`, which only a shell replaces. Use os.homedir().',
    });
  }
  const directory = resolve(given);
  // Where it cannot be looked at, the first use says why and what to do.
  const stats = attempt(() => lstatSync(directory, { throwIfNoEntry: false }));
  if (stats && !stats.isDirectory() && !stats.isSymbolicLink()) {
    throw new ConfigurationError({
      option: 'directory',
      message: `\`directory\` must name a directory, and ${directory} is not one.`,
    });
  }
  return directory;
}

/** Where programs of this platform keep state: not configuration, and not a cache. */
export function defaultDirectory(
  platform: string = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const home = attempt(homedir);
  const base = platformBase(platform, env, home && isAbsolute(home) ? home : undefined);
  if (base !== undefined) return join(base, 'everbearer');
  throw new ConfigurationError({
    option: 'directory',
    message: 'This user has no home directory, where the records would be kept by default. Give `directory`.',
  });
}

function platformBase(
  platform: string,
  { XDG_STATE_HOME, LOCALAPPDATA }: Readonly<Record<string, string | undefined>>,
  home: string | undefined,
): string | undefined {
  if (platform === 'win32') return LOCALAPPDATA || (home && join(home, 'AppData', 'Local'));
  if (platform === 'darwin') return home && join(home, 'Library', 'Application Support');
  // A relative path there is to be ignored, says its specification.
  if (XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME;
  return home && join(home, '.local', 'state');
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
