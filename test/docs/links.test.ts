import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { headingAnchor } from '../../site/src/heading-anchor.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], {
  cwd: root,
});

interface Link {
  path: string;
  anchor: string | undefined;
}

/** Without code, in which nothing is a link and nothing a heading. */
const proseOf = (path: string) => readFileSync(path, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');

/** The links within this repository, by the path of the file that they lead to. */
function localLinks(file: string): Link[] {
  const targets = [...proseOf(join(root, file)).matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, target = '']) => target,
  );
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return { path: path === '' ? join(root, file) : join(root, dirname(file), path), anchor };
    });
}

/** The anchors of the headings of a Markdown file, or of the README of a folder; a repeated one has a number behind it. */
function anchorsOf(path: string): string[] {
  const seen = new Map<string, number>();
  const file = path.endsWith('.md') ? path : join(path, 'README.md');
  return [...proseOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const anchor = headingAnchor(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)|[`*]/g, '$1'));
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** The targets within the checkout of absolute links to the repository, by which a packed README leads out of its package. */
function repositoryLinks(file: string): { path: string; kind: string }[] {
  const text = readFileSync(join(root, file), 'utf8');
  const links = text.matchAll(
    /https:\/\/github\.com\/everbearer\/everbearer\/(blob|tree)\/main\/([^)\s#"]+)/g,
  );
  return [...links].map(([, kind = '', path = '']) => ({ kind, path }));
}

function isPublished(file: string): boolean {
  const manifest = join(root, dirname(file), 'package.json');
  return (
    file.startsWith('packages/') &&
    !(JSON.parse(readFileSync(manifest, 'utf8')) as { private?: boolean }).private
  );
}

test.each(files)('%s links to what is there', (file) => {
  const missing = localLinks(file).filter(
    ({ path, anchor }) =>
      !existsSync(path) || (anchor !== undefined && !anchorsOf(path).includes(decodeURIComponent(anchor))),
  );
  expect(missing).toEqual([]);
});

test.each(files)('%s: links to the repository lead to what is there', (file) => {
  const wrong = repositoryLinks(file).filter(({ path, kind }) => {
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    return found?.isDirectory() !== (kind === 'tree');
  });
  expect(wrong).toEqual([]);
});

test.each(files.filter(isPublished))(
  '%s is read outside of the repository: no link of it is relative',
  (file) => {
    expect(localLinks(file)).toEqual([]);
    expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/src(set)?="(?!https:)/);
  },
);

test('what the guide for movers says of all 25 behaviours is held by a test', () => {
  const guide = readFileSync(join(root, 'docs/moving-from-o365.md'), 'utf8');
  const rows = [...guide.matchAll(/^\| (\d+) +\|.*$/gm)];
  expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  for (const [row] of rows) expect(row).toMatch(/\]\([^)]+\.test\.ts\)/);
});
