import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'vitest';
import { folders } from '../src/folders.ts';

/* `npm run typecheck` does not look here, since it does not install what the site is made with. */

test('the code of the site compiles', () => {
  const tsc = join(folders.checkout, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', folders.site], { stdio: 'pipe', encoding: 'utf8' });
}, 120_000);
