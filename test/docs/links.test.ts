import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], {
  cwd: root,
});

/** The targets of the links within this repository. */
function localLinks(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.split('#')[0] ?? '');
  return targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target));
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
  const missing = localLinks(file).filter((target) => !existsSync(join(root, dirname(file), target)));
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
