import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { TokenBackendError } from '@everbearer/core';
import type { TokenBackendErrorCode } from '@everbearer/core/contract';
import { describeUser, ownerOf } from '../host/current-user.ts';
import { shellQuoted } from '../host/shell-quoted.ts';

/** Room for a token response with its id token, in base64. */
const LARGEST_SECRET = 128 * 1024;
/** How often a file may change while it is read. */
const MOST_READS = 5;

/**
 * The content; undefined when there is no such file. A file that changed while it was read is read again, so that one
 * written in place is not read half-way.
 * @throws {TokenBackendError} that names the file and the remedy, never the content
 */
export async function readSecret(path: string): Promise<string | undefined> {
  for (let read = 0; read < MOST_READS; read++) {
    const handle = await openSecret(path);
    if (!handle) return undefined;
    try {
      const before = await handle.stat();
      refuseUnfit(path, before);
      const text = new TextDecoder().decode(await readAll(handle, before.size));
      if (isSame(before, await handle.stat())) return text;
    } catch (error) {
      throw explained(path, error);
    } finally {
      await handle.close();
    }
  }
  throw fault('unavailable', `${path} changes faster than it can be read.`, 'Write it less often.');
}

/** A pipe is not waited for. */
async function openSecret(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A link to a missing file: a swap is under way, or the secret does not have that key.
    if (code === 'ENOENT') return undefined;
    throw explained(path, error);
  }
}

function refuseUnfit(path: string, stats: Stats): void {
  if (stats.isDirectory()) {
    throw fault('unreadable', `${path} is a directory.`, 'Name the file in it that holds the credential.');
  }
  if (!stats.isFile())
    throw fault('unreadable', `${path} is not a regular file.`, 'Name the file of the secret.');
  if (process.platform !== 'win32' && (stats.mode & 0o002) !== 0) {
    const detail = `${path} can be changed by everybody: it ${ownerOf(stats)}.`;
    throw fault('insecure_permissions', detail, `Run: chmod o-w ${shellQuoted(path)}`);
  }
  if (stats.size > LARGEST_SECRET) {
    const detail = `${path} has ${stats.size} bytes, and a credential has at most ${LARGEST_SECRET}.`;
    throw fault('damaged', detail, 'Put a refresh token there, or a token response as JSON.');
  }
}

async function readAll(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size + 1);
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

function isSame(before: Stats, after: Stats): boolean {
  return before.size === after.size && before.mtimeMs === after.mtimeMs;
}

function explained(path: string, error: unknown): unknown {
  if (error instanceof TokenBackendError) return error;
  const { code = 'an error without a code' } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') {
    const remedy =
      'Give this user the right to read it (in Kubernetes: `fsGroup`, or `defaultMode: 0444` of the volume).';
    return fault('unreadable', `${path} cannot be read, and ${describeUser()}.`, remedy, error);
  }
  if (code === 'ELOOP') {
    return fault('unreadable', `${path} is a link that leads in a circle.`, 'Name the file itself.', error);
  }
  if (code === 'ENOTDIR') {
    return fault('unreadable', `A part of ${path} is a file.`, 'Check the path.', error);
  }
  return fault('unavailable', `The file system answered ${code} at ${path}.`, 'Check that mount.', error);
}

function fault(
  code: TokenBackendErrorCode,
  detail: string,
  remedy: string,
  cause?: unknown,
): TokenBackendError {
  return new TokenBackendError({ code, message: `${detail} ${remedy}`, cause });
}
