import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));

test.each(['', 'zh/'])(
  'docs/%sREADME.md lists every page beside it, which is what the site shows',
  (folder) => {
    const contents = readFileSync(`${docs}/${folder}README.md`, 'utf8');
    const pages = globSync(folder ? '*.md' : ['*.md', 'providers/*.md'], { cwd: `${docs}/${folder}` });
    const unlisted = pages.filter((page) => page !== 'README.md' && !contents.includes(`](${page})`));
    expect(unlisted).toEqual([]);
  },
);
