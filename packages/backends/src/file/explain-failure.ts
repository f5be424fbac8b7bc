import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { currentUser, describeUser, ownerOf } from '../host/current-user.ts';
import { shellQuoted } from '../host/shell-quoted.ts';
import type { StateFault } from './state-fault.ts';
import { OTHERS, symbolicLink, takeOver } from './state-safety.ts';

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'];

/** Turns an answer of the operating system into what it means here, and what to do about it. */
export async function explainFailure(
  cause: unknown,
  folder: string,
  purpose: 'read' | 'write',
): Promise<StateFault> {
  const { code = 'an error without a code', syscall, path = folder } = cause as NodeJS.ErrnoException;
  if (FULL.includes(code)) return { ...full(folder, code), cause };
  if (code === 'EROFS') return { ...readOnly(folder), cause };
  if (syscall === 'link' && NO_LINKS.includes(code)) return { ...noHardLinks(folder, code), cause };
  if (code === 'EACCES' || code === 'EPERM') return { ...(await denied(path, purpose)), cause };
  if (code === 'ELOOP') return { ...symbolicLink(path), cause };
  if (code === 'ENOTDIR') return { ...throughFile(path), cause };
  const files = code === 'EMFILE' || code === 'ENFILE';
  const remedy = files
    ? 'Raise the limit of open files (ulimit -n).'
    : 'Check that disk or mount, and try again.';
  return { code: 'unavailable', detail: `The file system answered ${code} at ${folder}.`, remedy, cause };
}

function full(folder: string, code: string): StateFault {
  const why = code === 'EFBIG' ? 'the limit for file sizes is reached' : 'there is no space left';
  return {
    code: 'full',
    detail: `Nothing can be saved at ${folder}: ${why} (${code}).`,
    remedy: `What was stored is kept. Make room (df -h ${shellQuoted(folder)}; df -i ${shellQuoted(folder)}).`,
  };
}

function readOnly(folder: string): StateFault {
  return {
    code: 'not_writable',
    detail: `${folder} is on a read-only mount.`,
    remedy: `Mount it writable (mount -o remount,rw; in a container: without \`:ro\` or \`readOnly\`), or name another \`directory\`.`,
  };
}

function noHardLinks(folder: string, code: string): StateFault {
  return {
    code: 'not_writable',
    detail: `The file system at ${folder} cannot make hard links (${code}), which saving safely needs.`,
    remedy: 'Name a `directory` on a local file system or on NFS, or use another backend.',
  };
}

function throughFile(path: string): StateFault {
  return {
    code: 'not_writable',
    detail: `${path} cannot be created: a part of that path is a file.`,
    remedy: 'Name another `directory`, or move that file away.',
  };
}

/** The command for who took the rights from himself. */
function ownModes(path: string, stats: Stats): string | undefined {
  const needed = stats.isDirectory() ? 0o700 : 0o600;
  if (stats.uid !== currentUser()?.uid || (stats.mode & needed) === needed) return undefined;
  return `Run: chmod ${needed.toString(8)} ${shellQuoted(path)}`;
}

function remedyFor(folder: string, stats: Stats): string {
  return `${ofAnother(stats)}${takeOver(folder)} (in a container: in its image, or on the mounted volume).`;
}

/**
 * What nobody but another user may enter is most likely the store of that user's programs, and this one a check that runs as
 * somebody else: it must not be told first to take the store from them.
 */
function ofAnother({ mode, uid }: Stats): string {
  if ((mode & OTHERS) !== 0 || uid === currentUser()?.uid) return '';
  return `If programs of uid ${uid} keep their tokens there, run this one as uid ${uid}. Otherwise give it to this user. `;
}

/** Permission was denied: the nearest part of the path that can be seen says why. */
async function denied(path: string, purpose: 'read' | 'write'): Promise<StateFault> {
  const code = purpose === 'read' ? 'unreadable' : 'not_writable';
  const stats = await look(path);
  if (stats) {
    const cannot = purpose === 'read' ? 'cannot be read: it' : 'cannot be written: it';
    const detail = `${path} ${cannot} ${ownerOf(stats)}, and ${describeUser()}.`;
    const remedy = ownModes(path, stats) ?? remedyFor(stats.isDirectory() ? path : dirname(path), stats);
    return { code, detail, remedy };
  }
  let parent = dirname(path);
  let parentStats = await look(parent);
  while (!parentStats && parent !== dirname(parent)) {
    parent = dirname(parent);
    parentStats = await look(parent);
  }
  const owner = parentStats ? `${parent} ${ownerOf(parentStats)}` : `${parent} cannot be seen`;
  const detail = `${path} cannot be reached or created: ${owner}, and ${describeUser()}.`;
  const first = parentStats ? ofAnother(parentStats) : '';
  const remedy = `${first}${createFor(path)}, or name a \`directory\` within this user's reach.`;
  return { code, detail, remedy };
}

function createFor(path: string): string {
  const user = currentUser();
  if (!user) return `Create ${shellQuoted(path)} for this user`;
  return `As root, run: install -d -m 700 -o ${user.uid} -g ${user.gid} ${shellQuoted(path)}`;
}

async function look(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}
