import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { folders } from '../../src/folders.ts';

/** Builds the site as `npm run docs` does, before the tests look at it. */
export default function setup(): void {
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  execFileSync(process.execPath, [join(folders.site, 'src/main.ts'), '--build'], { env, stdio: 'pipe' });
}
