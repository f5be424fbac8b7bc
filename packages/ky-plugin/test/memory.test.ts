import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** The short form; `npm run memory` in bench/ makes a million calls each. */
test('memory stays flat over very many calls', async () => {
  const script = fileURLToPath(import.meta.resolve('@everbearer/far-end/support/measure-calls'));
  const flags = ['--conditions=everbearer-source', '--expose-gc', '--disable-warning=ExperimentalWarning'];
  const run = promisify(execFile)(process.execPath, [...flags, script, '--calls', '20000']);
  expect((await run).stdout.match(/20000 calls/g)).toHaveLength(2);
}, 120_000);
