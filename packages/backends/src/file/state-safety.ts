import type { Stats } from 'node:fs';
import type { StateFault } from './state-fault.ts';

/** Nobody but the owner may look at token files, let alone change them. */
const OTHERS = 0o077;

/**
 * Why this file or folder must not hold tokens; undefined when it may. The owner has to be this very user,
 * for root too: what root writes into a folder of another user, that user cannot read afterwards.
 */
export function unsafeState(path: string, stats: Stats, kind: 'directory' | 'file'): StateFault | undefined {
  if (stats.isSymbolicLink()) return symbolicLink(path);
  if (kind === 'directory' ? !stats.isDirectory() : !stats.isFile()) {
    const detail = `${path} is not a ${kind}, which it has to be.`;
    return {
      code: 'unreadable',
      detail,
      remedy: `Move it away: mv ${quoted(path)} ${quoted(`${path}.away`)}`,
    };
  }
  const user = currentUser();
  if (!user) return undefined;
  if (stats.uid !== user.uid) {
    const detail = `${path} ${ownerOf(stats)}, and ${describeUser()}.`;
    return {
      code: 'insecure_permissions',
      detail,
      remedy: `${takeOver(path)}, or run this program as uid ${stats.uid}.`,
    };
  }
  if ((stats.mode & OTHERS) === 0) return undefined;
  const detail = `${path} can be reached by other users: it ${ownerOf(stats)}.`;
  const subFolder = kind === 'directory' ? ', or name a sub-folder of it that does not exist yet' : '';
  const mode = kind === 'directory' ? '700' : '600';
  return { code: 'insecure_permissions', detail, remedy: `Run: chmod ${mode} ${quoted(path)}${subFolder}.` };
}

export function symbolicLink(path: string): StateFault {
  return {
    code: 'insecure_permissions',
    detail: `${path} is a symbolic link, and token files are not followed through links.`,
    remedy: `Name the place it points to (readlink -f ${quoted(path)}) as \`directory\`, or remove the link: rm ${quoted(path)}`,
  };
}

/** The user that file access is judged by; undefined on Windows, where access is the profile's business. */
export function currentUser(): { uid: number; gid: number } | undefined {
  const uid = process.geteuid?.();
  const gid = process.getegid?.();
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

export function describeUser(): string {
  const user = currentUser();
  return user ? `this process runs as uid ${user.uid}, gid ${user.gid}` : 'this user has no access';
}

export function ownerOf({ uid, gid, mode }: Stats): string {
  return `belongs to uid ${uid}, gid ${gid}, mode ${(mode & 0o7777).toString(8).padStart(4, '0')}`;
}

/** The command that gives a folder, with what is in it, to this process's user. */
export function takeOver(path: string): string {
  const user = currentUser();
  if (!user) return `Give this user full control of ${quoted(path)}`;
  return `As root, run: chown -R ${user.uid}:${user.gid} ${quoted(path)} && chmod 700 ${quoted(path)}`;
}

/** As a shell takes it. */
export function quoted(path: string): string {
  return /^[\w./:@%+,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
