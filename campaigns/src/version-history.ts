import { fingerprint } from './fingerprint.ts';

/** What one version of the record says of itself. */
export interface Version {
  family: string;
  seq: number;
  /** Of its refresh token. */
  token: string;
}

/** The versions of the one record in a store, noted while others write. */
export interface VersionHistory {
  /** To be called more often than versions are cleaned up or replaced. */
  look(): void;
  /** In the order in which they were stored. */
  readonly versions: readonly Version[];
  /** Versions that came and went between two looks. */
  readonly missed: number;
  end(): Promise<void>;
}

export function versionFrom(text: string): Version {
  const { family, seq, grant } = JSON.parse(text) as Version & { grant: { refreshToken: string } };
  return { family, seq, token: fingerprint(grant.refreshToken) };
}

/** How often a version was older than the one before it. */
export function countRegressions(versions: readonly Version[]): number {
  return versions.filter(({ family, seq }, at) => {
    const before = versions[at - 1];
    return before !== undefined && (before.family !== family || before.seq > seq);
  }).length;
}
