import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { codeBlocks } from '../docs/code-blocks.ts';
import { newProject, ours } from './support/project.ts';

/* docs/getting-started.md word for word in an empty folder: its first commands, and the program that they start. */

const page = codeBlocks(
  fileURLToPath(new URL('../../docs/getting-started.md', import.meta.url)),
  'getting-started.md',
);
const commands =
  page
    .find(({ language }) => language === 'sh')
    ?.code.trimEnd()
    .split('\n') ?? [];
const program = page.find(({ language }) => language === 'ts')?.code ?? '';

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
