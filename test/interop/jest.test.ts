import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks } from '../docs/code-blocks.ts';
import { newProject, ours, type Project } from './support/project.ts';

/* jest itself, in a project as `npm init -y` makes it: it loads our ES modules where the guide says how. */

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const guide = codeBlocks(at('docs/testing.md'), 'docs/testing.md');
const story = readFileSync(at('packages/testing/test/support/double-story.ts'), 'utf8');
const FLAG = { NODE_OPTIONS: '--experimental-vm-modules' };

let project: Project;
beforeAll(async () => {
  project = await newProject();
  await project.install('jest@30.5.2', ...ours('@everbearer/core', '@everbearer/testing'));
  project.write('double-story.mjs', stripTypeScriptTypes(story));
}, 120_000);
afterAll(() => project[Symbol.dispose]());

/** jest reports on its standard error. */
async function passed(file: string, env: Record<string, string>): Promise<number> {
  const results = `${file}.json`;
  await project.run('npx', ['jest', '--runTestsByPath', file, '--json', `--outputFile=${results}`], env);
  const { numPassedTests, numTotalTests } = JSON.parse(
    readFileSync(`${project.folder}/${results}`, 'utf8'),
  ) as Record<'numPassedTests' | 'numTotalTests', number>;
  expect(numPassedTests).toBe(numTotalTests);
  return numPassedTests;
}

test.each(['mjs', 'cjs'])(
  'a test in .%s tells the story of the doubles',
  async (kind) => {
    const file = `told.test.${kind}`;
    project.copyProgram(`jest-story.${kind}`, file);
    expect(await passed(file, FLAG)).toBe(1);
  },
  60_000,
);

test('the program of the guide passes as it is printed', async () => {
  const { code = '' } = guide.find(({ language }) => language === 'js') ?? {};
  expect(code).toContain('jest.useFakeTimers()');
  project.write('guide.test.mjs', code);
  expect(await passed('guide.test.mjs', FLAG)).toBe(1);
}, 60_000);

test('without the flag jest refuses every ES module, as the guide says', async () => {
  project.copyProgram('jest-story.cjs', 'told.test.cjs');
  const said = await passed('told.test.cjs', {}).catch(String);
  expect(said).toContain('Must use import to load ES Module');
}, 60_000);
