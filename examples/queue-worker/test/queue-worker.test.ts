import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { expect, test } from 'vitest';

test('each job is done with the tokens of its person, and one whose person must sign in is set aside', async () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...SOURCE_OPTIONS, main]);
  expect(stderr).toBe('');
  const outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\w+: /, ''));
  expect(outcomes.sort()).toEqual([
    ...Array<string>(2).fill('a job for Ada is done'),
    ...Array<string>(2).fill('a job for Grace is done'),
    ...Array<string>(2).fill('alan@contoso.example must sign in (revoked)'),
    'nobody@contoso.example must sign in (no_credential)',
  ]);
});
