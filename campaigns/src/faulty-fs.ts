import * as real from 'node:fs/promises';
import { note, step } from './fault-plan.ts';

/*
 * Stands in for `node:fs/promises` where the file backend imports it (fault-hooks.ts sees to that). Every call goes to
 * the real one, and the plan of this process has its say first.
 */

type Handle = real.FileHandle;

export async function open(path: string, flags: string | number, mode?: number): Promise<Handle> {
  const handle = await step('open', path, () => real.open(path, flags, mode));
  if (flags === 'wx') note({ do: 'create', path });
  return watched(handle, path);
}

export const lstat = async (path: string) => step('lstat', path, () => real.lstat(path));
export const stat = async (path: string) => step('stat', path, () => real.stat(path));
export const statfs = async (path: string) => step('statfs', path, () => real.statfs(path));
export const access = async (path: string, mode: number) =>
  step('access', path, () => real.access(path, mode));
export const readdir = async (path: string) => step('readdir', path, () => real.readdir(path));

export function readFile(path: string, encoding?: BufferEncoding): Promise<string | Buffer> {
  return step('readFile', path, () => real.readFile(path, encoding ?? null));
}

export async function link(path: string, target: string): Promise<void> {
  await step('link', path, () => real.link(path, target));
  note({ do: 'link', path, target });
}

export async function rename(path: string, target: string): Promise<void> {
  await step('rename', path, () => real.rename(path, target));
  note({ do: 'link', path, target });
  note({ do: 'unlink', path });
}

export async function unlink(path: string): Promise<void> {
  await step('unlink', path, () => real.unlink(path));
  note({ do: 'unlink', path });
}

export async function mkdir(path: string, options: { mode: number }): Promise<void> {
  await step('mkdir', path, () => real.mkdir(path, options));
  note({ do: 'mkdir', path });
}

/** The handle with the same say for what is done through it. Closing never fails: the kernel takes it in any case. */
function watched(handle: Handle, path: string): Handle {
  const calls = {
    async write(bytes: Uint8Array, from: number, length: number, at: number) {
      const result = await step('write', path, () => handle.write(bytes, from, length, at));
      note({ do: 'write', path, bytes: bytes.slice(from, from + result.bytesWritten), at });
      return result;
    },
    async truncate(size: number) {
      await step('truncate', path, () => handle.truncate(size));
      note({ do: 'truncate', path, size });
    },
    async sync() {
      await step('fsync', path, () => handle.sync());
      note({ do: 'sync', path });
    },
    chmod: (mode: number) => step('fchmod', path, () => handle.chmod(mode)),
    stat: () => step('fstat', path, () => handle.stat()),
    read: (bytes: Uint8Array, from: number, length: number, at: number) =>
      step('read', path, () => handle.read(bytes, from, length, at)),
    close: () => handle.close(),
  };
  return calls as unknown as Handle;
}
