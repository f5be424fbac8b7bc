import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { codeBlocks } from '../docs/code-blocks.ts';
import { newProject, ours } from './support/project.ts';

/* docs/getting-started.md word for word in an empty folder: the first program, and the commands that start it. */

const page = codeBlocks(
  fileURLToPath(new URL('../../docs/getting-started.md', import.meta.url)),
  'getting-started.md',
);
const start = page.findIndex(({ language }) => language === 'ts');
const [before, program = ''] = page.slice(start - 1, start + 1).map(({ code }) => code);
const commands = before?.trimEnd().split('\n') ?? [];

test('the first program prints what its comments say', async () => {
  using project = await newProject();
  const name = /^\/\/ (\S+)$/m.exec(program)?.[1] ?? '';
  expect(commands.at(-1)).toBe(`node ${name}`);
  project.write(name, program);
  let printed = '';
  for (const command of commands) {
    const [tool = '', ...words] = command.split(' ');
    // As published, but from the checkout.
    const args = words.flatMap((word) => (word.startsWith('@everbearer/') ? ours(word) : [word]));
    printed = await project.run(tool, args);
  }
  const promised = [...program.matchAll(/console\.log\(.*\); \/\/ (\d{3})\b/g)].map(([, status]) => status);
  expect(promised.length).toBeGreaterThan(1);
  expect(printed.trimEnd().split('\n')).toEqual(promised);
}, 120_000);
