import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fingerprint } from './fingerprint.ts';

/** What one version of the record says of itself. */
interface Version {
  family: string;
  seq: number;
  /** Of its refresh token. */
  token: string;
}

/** Every version of the one record in a directory, read before it is cleaned up. */
export interface VersionHistory {
  /** To be called more often than sixteen versions come. */
  look(): void;
  /** How often a version was older than the one before it. */
  readonly regressions: number;
  readonly versions: number;
  /** Versions that came and went between two looks. */
  readonly missed: number;
  /** The refresh tokens that were ever stored, by their fingerprints. */
  readonly tokens: ReadonlySet<string>;
}

export function createVersionHistory(directory: string): VersionHistory {
  const seen = new Map<number, Version>();
  return {
    look() {
      for (const path of globSync(join(directory, '*', 'v.*'))) {
        const number = Number(basename(path).slice(2));
        const version = seen.has(number) ? undefined : versionAt(path);
        if (version) seen.set(number, version);
      }
    },
    get regressions() {
      const inOrder = [...seen].sort(([a], [b]) => a - b).map(([, version]) => version);
      return inOrder.filter(({ family, seq }, at) => {
        const before = inOrder[at - 1];
        return before !== undefined && (before.family !== family || before.seq > seq);
      }).length;
    },
    get versions() {
      return seen.size;
    },
    get missed() {
      return seen.size === 0 ? 0 : Math.max(...seen.keys()) - Math.min(...seen.keys()) + 1 - seen.size;
    },
    get tokens() {
      return new Set([...seen.values()].map(({ token }) => token));
    },
  };
}

function versionAt(path: string): Version | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const record = JSON.parse(text.slice(text.indexOf('\n') + 1)) as Version & {
      grant: { refreshToken: string };
    };
    return { family: record.family, seq: record.seq, token: fingerprint(record.grant.refreshToken) };
  } catch {
    // Cleaned up meanwhile.
    return undefined;
  }
}
