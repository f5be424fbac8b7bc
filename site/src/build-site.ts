import { build } from 'vitepress';
import { folders } from './folders.ts';
import { stagePages } from './stage-pages.ts';
import { writeReference } from './write-reference.ts';

/** Makes the static pages. A link between pages that leads nowhere fails it. */
export async function buildSite(): Promise<void> {
  stagePages();
  await writeReference();
  await build(folders.site);
}
