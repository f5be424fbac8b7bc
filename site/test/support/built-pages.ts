import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folders } from '../../src/folders.ts';

/** Pages as they were built, by their paths below the site, and what they say. */
export const builtPages: readonly string[] = globSync('**/*.html', { cwd: folders.built })
  .filter((page) => page !== '404.html')
  .sort();

export function readPage(page: string): string {
  return readFileSync(join(folders.built, page), 'utf8');
}
