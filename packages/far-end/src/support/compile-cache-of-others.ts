import { chmodSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The compile cache (`NODE_COMPILE_CACHE`) for processes of other users, which may not write to this user's. Here nothing of
 * this user's is read, since all of them may write there.
 */
export function compileCacheOfOthers(): string {
  const folder = fileURLToPath(new URL('../../../../.cache/compiled-by-others', import.meta.url));
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o1777);
  return folder;
}
