import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Version, type VersionHistory, versionFrom } from './version-history.ts';

/**
 * Every version in a directory: the file backend keeps the last ones, so that a look now and then sees all. A note is no version of
 * the record: it stands beside one.
 */
export function createFileHistory(directory: string): VersionHistory {
  const seen = new Map<number, Version | 'note'>();
  return {
    look() {
      for (const path of globSync(join(directory, '*', 'v.*'))) {
        const number = Number(basename(path).slice(2));
        const version = seen.has(number) ? undefined : versionAt(path);
        if (version) seen.set(number, version);
      }
    },
    get versions() {
      return [...seen]
        .sort(([a], [b]) => a - b)
        .flatMap(([, version]) => (version === 'note' ? [] : version));
    },
    get missed() {
      return seen.size === 0 ? 0 : Math.max(...seen.keys()) - Math.min(...seen.keys()) + 1 - seen.size;
    },
    end: async () => undefined,
  };
}

function versionAt(path: string): Version | 'note' | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.startsWith('everbearer-1 note ')) return 'note';
    return versionFrom(text.slice(text.indexOf('\n') + 1));
  } catch {
    // Cleaned up meanwhile.
    return undefined;
  }
}
