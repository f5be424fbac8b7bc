import type { Stats } from 'node:fs';
import { currentUser } from '../host/current-user.ts';

/** What is on disk. */
export type StateKind = 'directory' | 'file';

/** Modes that Kubernetes leaves on what has 0700 and 0600, each time that it mounts a volume with `fsGroup`. */
const LOOSENED = { directory: 0o2770, file: 0o660 } as const;

/** Whether others may do something with it, and it may be taken back from them. */
export function isOpen(stats: Stats, kind: StateKind): boolean {
  return isOwn(stats, kind) && (stats.mode & 0o077) !== 0;
}

/** Whether something of this very user has just the mode that a volume with `fsGroup` is left with. */
export function looksLoosened(stats: Stats, kind: StateKind): boolean {
  return isOwn(stats, kind) && (stats.mode & 0o7777) === LOOSENED[kind];
}

/** Of this very user, and of no mode that everybody may write to, or that somebody chose on purpose (sticky, setuid). */
export function isOwn(stats: Stats, kind: StateKind): boolean {
  const isOfKind = kind === 'directory' ? stats.isDirectory() : stats.isFile();
  return isOfKind && stats.uid === currentUser()?.uid && (stats.mode & 0o5002) === 0;
}
