import { lstat, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AuthError } from '@everbearer/core';
import type { BackendCheck } from '@everbearer/core/contract';
import { failed, passed } from '../finding.ts';
import { currentUser, ownerOf } from '../host/current-user.ts';
import { readSecret } from './read-secret.ts';

/** What can be found out about the file without a credential. */
export async function checkSecret(path: string): Promise<BackendCheck[]> {
  let text: string | undefined;
  try {
    text = await readSecret(path);
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return [failed('file', error.message, 'Do what the finding says.')];
  }
  if (text === undefined)
    return [failed('file', `${path} is not there.`, 'Mount the secret, or correct `path`.')];
  if (text.trim() === '') return [failed('file', `${path} is empty.`, 'Put a refresh token there.')];
  const stats = await stat(path);
  return [passed('file', `${path} ${ownerOf(stats)}.`), ownerCheck(path, stats.uid), await updateCheck(path)];
}

/** The owner of the file decides whose session this is. */
function ownerCheck(path: string, owner: number): BackendCheck {
  const user = currentUser();
  if (!user || owner === 0 || owner === user.uid)
    return passed('owner', 'Only root or this user decides what is in it.');
  return failed(
    'owner',
    `${path} belongs to uid ${owner}, who therefore decides whose session this is.`,
    'Give it to root or to this user, unless this is intended.',
  );
}

/** A file mounted by itself (with `subPath`, or as a bind of one file) stays as it was when the container started. */
async function updateCheck(path: string): Promise<BackendCheck> {
  const folder = dirname(path);
  const file = await lstat(path);
  const isMountedAlone = !file.isSymbolicLink() && file.dev !== (await stat(folder)).dev;
  if (!isMountedAlone) return passed('updates', `A change in ${folder} is seen without a restart.`);
  return failed(
    'updates',
    `${path} is mounted by itself, so it does not change while this container lives.`,
    `Mount the whole secret at ${join(folder, 'secret')} (without \`subPath\`) and name the file in it.`,
  );
}
