import type { Stats } from 'node:fs';
import { currentUser, describeUser, ownerOf } from '../host/current-user.ts';
import { shellQuoted } from '../host/shell-quoted.ts';
import type { StateFault } from './state-fault.ts';

/** The rights of everybody but the owner: token files grant none of them. */
export const OTHERS = 0o077;

/**
 * Why this file or folder must not hold tokens; undefined when it may. The owner has to be this very user,
 * also for root: another user could not read what root writes into that user's folder.
 */
export function unsafeState(path: string, stats: Stats, kind: 'directory' | 'file'): StateFault | undefined {
  if (stats.isSymbolicLink()) return symbolicLink(path);
  if (kind === 'directory' ? !stats.isDirectory() : !stats.isFile()) {
    const detail = `${path} is not a ${kind === 'file' ? 'regular file' : kind}.`;
    return {
      code: 'unreadable',
      detail,
      remedy: `Move it away: mv ${shellQuoted(path)} ${shellQuoted(`${path}.away`)}`,
    };
  }
  const user = currentUser();
  if (!user) return undefined;
  if (stats.uid !== user.uid) {
    const detail = `${path} ${ownerOf(stats)}, and ${describeUser()}.`;
    const remedy = `${takeOver(path)}, or run this program as uid ${stats.uid}.${forVolumes(stats)}`;
    return { code: 'insecure_permissions', detail, remedy };
  }
  if ((stats.mode & OTHERS) === 0) return undefined;
  const detail = `${path} can be reached by other users: it ${ownerOf(stats)}.`;
  const subFolder = kind === 'directory' ? ', or name a sub-folder of it that does not exist yet' : '';
  const mode = kind === 'directory' ? '700' : '600';
  return {
    code: 'insecure_permissions',
    detail,
    remedy: `Run: chmod ${mode} ${shellQuoted(path)}${subFolder}.${forVolumes(stats)}`,
  };
}

/** What keeps Kubernetes from opening everything on a volume to a group, each time that a pod starts. */
export const KEEP_MODES =
  'set `fsGroupChangePolicy: OnRootMismatch` beside `fsGroup` in the `securityContext` of the pod';

/**
 * For the root of a volume: with `fsGroup` Kubernetes sets the bit for its group and lets it write, and an `emptyDir` is open
 * to everybody. Neither has to be changed.
 */
function forVolumes(stats: Stats): string {
  if (!stats.isDirectory()) return '';
  const ofGroup = (stats.mode & 0o2020) === 0o2020;
  if (!ofGroup && (stats.mode & 0o002) === 0) return '';
  const keep = ofGroup ? `, and ${KEEP_MODES}` : '';
  return ` In Kubernetes: name a sub-folder of it as \`directory\`, which is then made and needs no rights${keep}.`;
}

export function symbolicLink(path: string): StateFault {
  return {
    code: 'insecure_permissions',
    detail: `${path} is a symbolic link, and links to token files are not followed.`,
    remedy: `Name the place it points to (readlink -f ${shellQuoted(path)}) as \`directory\`, or remove the link: rm ${shellQuoted(path)}`,
  };
}

/** The command that gives a folder, with everything in it, to the user of this process. */
export function takeOver(path: string): string {
  const user = currentUser();
  if (!user) return `Give this user full control of ${shellQuoted(path)}`;
  return `As root, run: chown -R ${user.uid}:${user.gid} ${shellQuoted(path)} && chmod 700 ${shellQuoted(path)}`;
}
