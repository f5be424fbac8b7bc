import { resolve } from 'node:path';

/** A directory as seen from a folder. One that begins with `~`, which only a shell replaces, is left to the backend to refuse. */
export function directoryFrom(folder: string, path: string): string {
  return /^~([/\\]|$)/.test(path) ? path : resolve(folder, path);
}
