import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Version, type VersionHistory, versionFrom } from './version-history.ts';

/** Every version in a directory: the file backend keeps the last ones, so that a look now and then sees all. */
export function createFileHistory(directory: string): VersionHistory {
  const seen = new Map<number, Version>();
  return {
    look() {
      for (const path of globSync(join(directory, '*', 'v.*'))) {
        const number = Number(basename(path).slice(2));
        const version = seen.has(number) ? undefined : versionAt(path);
        if (version) seen.set(number, version);
      }
    },
    get versions() {
      return [...seen].sort(([a], [b]) => a - b).map(([, version]) => version);
    },
    get missed() {
      return seen.size === 0 ? 0 : Math.max(...seen.keys()) - Math.min(...seen.keys()) + 1 - seen.size;
    },
    end: async () => undefined,
  };
}

function versionAt(path: string): Version | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return versionFrom(text.slice(text.indexOf('\n') + 1));
  } catch {
    // Cleaned up meanwhile.
    return undefined;
  }
}
