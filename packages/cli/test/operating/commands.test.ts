import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { COMMANDS, nameOf } from '../../src/program/commands.ts';
import { readArguments } from '../../src/program/read-arguments.ts';

/* Every command that a page shows is one, with flags that there are. */

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const pages = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], {
  cwd: root,
});

function commandsIn(page: string): string[] {
  const blocks = readFileSync(join(root, page), 'utf8').match(/^```sh\n[\s\S]*?^```/gm) ?? [];
  const lines = blocks.flatMap((block) => block.split('\n').slice(1, -1));
  return lines.flatMap(
    (line) => line.replace(/\s+#.*$/, '').match(/(?<![\w-]|npm create )everbearer [a-z][^|;&)]*/g) ?? [],
  );
}

const shown = pages.flatMap((page) => commandsIn(page).map((line) => ({ page, line: line.trim() })));

test('there are commands to look at', () => {
  expect(shown.filter(({ page }) => page === 'docs/operating.md').length).toBeGreaterThan(4);
});

test.each(shown)('$page: $line', ({ line }) => {
  // What a shell takes away: redirections and quotes.
  const [, name, ...words] = line
    .replace(/\s[0-9]?[<>].*$/, '')
    .replaceAll(/["']/g, '')
    .split(/\s+/);
  const spec = COMMANDS.find((each) => nameOf(each) === name);
  expect(spec, name).toBeDefined();
  const end = spec?.runsProgram ? words.indexOf('--') : -1;
  // Behind it stands the program that is run, with arguments of its own.
  expect(spec && readArguments(spec, end < 0 ? words : words.slice(0, end))).toBeDefined();
});
