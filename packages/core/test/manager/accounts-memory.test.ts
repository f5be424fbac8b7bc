import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = fileURLToPath(import.meta.resolve('@everbearer/far-end/support/measure-accounts'));

/** The short form: `npm run bench` measures 100,000. One of a hundred is at hand in both. */
test('an idle account costs less than 1 kB beside its tokens, and no timer', async () => {
  const flags = ['--expose-gc', '--conditions=everbearer-source'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, '40000', '400']);
  const measured = JSON.parse(stdout) as Record<string, number>;
  expect(measured).toMatchObject({ accounts: 40_000, timers: 0, stillHeld: true });
  // A heap that lost the tokens would look small as well.
  expect(measured['tokenBytesEach']).toBeGreaterThan(2_500);
  expect(measured['bytesEach']).toBeGreaterThan(200);
  expect(measured['bytesEach']).toBeLessThan(1_000);
}, 120_000);
