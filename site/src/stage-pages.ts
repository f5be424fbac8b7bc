import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { folders } from './folders.ts';
import { titleOf } from './navigation.ts';
import { isSourcePage, pageOf } from './page-of.ts';
import { type LinkedPage, withSiteLinks } from './site-links.ts';
import { folderPage, sourcePage } from './source-page.ts';

/** Files that are pages; what they link to becomes a page as well. */
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/**/*.md',
  'packages/*/README.md',
  'examples/*/README.md',
];

/** A file or folder to be shown, and the file whose link asks for it. */
interface Wanted {
  path: string;
  linkedFrom?: string;
}

/** Writes the Markdown that VitePress reads: the documentation, and the files that it links to. */
export function stagePages(): void {
  rmSync(folders.pages, { recursive: true, force: true });
  const waiting: Wanted[] = globSync(PAGES, { cwd: folders.checkout, exclude: ['**/node_modules/**'] })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !isSourcePage(pageOf(path)))
    .concat('docs/decisions')
    .map((path) => ({ path }));
  const staged = new Set<string>();
  for (let wanted = waiting.pop(); wanted !== undefined; wanted = waiting.pop()) {
    const { path, linkedFrom } = wanted;
    const page = pageOf(path);
    // The reference is made of the doc comments.
    if (staged.has(page) || page.startsWith('reference/')) continue;
    staged.add(page);
    if (!existsSync(join(folders.checkout, path)))
      throw new Error(`${linkedFrom} links to ${path}, which is not there.`);
    const { text, targets } = pageText(path, page);
    write(page, text);
    waiting.push(...targets.map((target) => ({ path: target, linkedFrom: path })));
  }
}

function pageText(path: string, page: string): LinkedPage {
  const place = join(folders.checkout, path);
  const isFolder = statSync(place).isDirectory();
  if (page === 'decisions/index.md') return withSiteLinks(decisions(), 'docs/decisions/README.md');
  if (isSourcePage(page)) {
    const text = isFolder
      ? folderPage(path, readdirSync(place))
      : sourcePage(path, readFileSync(place, 'utf8'));
    return { text, targets: [] };
  }
  const file = isFolder ? `${path}/README.md` : path;
  // Pictures of the checkout are not on the site.
  const text = readFileSync(join(folders.checkout, file), 'utf8').replaceAll(/<picture>.*?<\/picture>/gs, '');
  return withSiteLinks(text, file);
}

/** On a code host the folder is its own list. */
function decisions(): string {
  const folder = join(folders.checkout, 'docs/decisions');
  const lines = readdirSync(folder)
    .sort()
    .map((name) => `- [${titleOf(readFileSync(join(folder, name), 'utf8'))}](${name})`);
  return `# Decisions\n\nWhy it is built as it is, one page for each choice that a newcomer would question.\n\n${lines.join('\n')}\n`;
}

function write(page: string, text: string): void {
  const place = join(folders.pages, page);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
}
