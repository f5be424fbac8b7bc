import { lstat, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AuthError } from '@everbearer/core';
import type { BackendCheck } from '@everbearer/core/contract';
import { currentUser, ownerOf } from '../file/state-safety.ts';
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
  return [
    { name: 'file', ok: true, detail: `${path} ${ownerOf(stats)}.`, remedy: '' },
    ownerCheck(path, stats.uid),
    await updateCheck(path),
  ];
}

/** Whoever owns the file decides whose session this is. */
function ownerCheck(path: string, owner: number): BackendCheck {
  const user = currentUser();
  if (!user || owner === 0 || owner === user.uid) {
    return { name: 'owner', ok: true, detail: 'Only root or this user decides what is in it.', remedy: '' };
  }
  return failed(
    'owner',
    `${path} belongs to uid ${owner}, who decides whose session this is.`,
    'Have root or this user own it, unless that is meant to be so.',
  );
}

/** A file mounted by itself (`subPath`, or a bind of one file) stays as it was when the container started. */
async function updateCheck(path: string): Promise<BackendCheck> {
  const folder = dirname(path);
  const file = await lstat(path);
  const isMountedAlone = !file.isSymbolicLink() && file.dev !== (await stat(folder)).dev;
  if (!isMountedAlone) {
    return {
      name: 'updates',
      ok: true,
      detail: `A change in ${folder} is seen without a restart.`,
      remedy: '',
    };
  }
  return failed(
    'updates',
    `${path} is mounted by itself, so it does not change while this container lives.`,
    `Mount the whole secret at ${join(folder, 'secret')} (without \`subPath\`) and name the file in it.`,
  );
}

function failed(name: string, detail: string, remedy: string): BackendCheck {
  return { name, ok: false, detail, remedy };
}
