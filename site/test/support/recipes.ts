import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { folders } from '../../src/folders.ts';

/** Where the code blocks of a page become modules: below the package that has what they import. */
export const workshop = join(folders.site, '.cache/recipes');

/** What the code blocks of a page export, as they are printed; `before` writes what they import from files beside them. */
export async function recipesOf(
  page: string,
  before: (folder: string) => Promise<void>,
): Promise<Record<string, unknown>> {
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(workshop, { recursive: true });
  await before(workshop);
  const tsconfig = { extends: '../../../tsconfig.test.json', include: ['*.ts'] };
  writeFileSync(join(workshop, 'tsconfig.json'), JSON.stringify(tsconfig));
  const text = readFileSync(join(folders.checkout, page), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const recipes: Record<string, unknown> = {};
  for (const [index, code] of blocks.entries()) {
    const path = join(workshop, `block-${index}.ts`);
    writeFileSync(path, code);
    Object.assign(recipes, await import(/* @vite-ignore */ pathToFileURL(path).href));
  }
  return recipes;
}
