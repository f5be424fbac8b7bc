import type { Stats } from 'node:fs';

/** The user that file access is judged by; undefined on Windows, where the user's profile decides about access. */
export function currentUser(): { uid: number; gid: number } | undefined {
  const uid = process.geteuid?.();
  const gid = process.getegid?.();
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

/** For a message, after "and". */
export function describeUser(): string {
  const user = currentUser();
  return user ? `this process runs as uid ${user.uid}, gid ${user.gid}` : 'this user has no access';
}

/** For a message, after the path. */
export function ownerOf({ uid, gid, mode }: Stats): string {
  return `belongs to uid ${uid}, gid ${gid}, mode ${modeOf(mode)}`;
}

/** Four octal digits, as `chmod` takes them. */
export function modeOf(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
