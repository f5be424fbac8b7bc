import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { tableOf } from '../src/table.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

test('workers are killed, Redis is killed and emptied, and every guarantee holds by the count of the far end', async () => {
  const args = ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning', main, '--json'];
  // A guarantee that does not hold is an exit status, and a rejection with all that was printed.
  const { stdout } = await run(process.execPath, args);
  const figures = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(figures, stdout).toMatchObject({
    bare: 0,
    stale: 0,
    reuses: 0,
    familiesRevoked: 0,
    signIns: 3,
    failed: 0,
    restarts: 4,
    ok: true,
  });
  expect(figures['repaired']).toBeGreaterThanOrEqual(3);
  expect(stdout).toContain('SIGKILL for worker D');
}, 120_000);

test('the table has a line for each worker', () => {
  const row = {
    restarts: 1,
    calls: 20,
    failed: 0,
    renewed: 2,
    adopted: 3,
    waited: 4,
    tookOver: 5,
    repaired: 6,
  };
  const lines = tableOf('Time goes by', [
    { name: 'A', pid: 17, ...row },
    { name: 'B', pid: 18, ...row },
  ]);
  expect(lines).toContain('  Time goes by');
  expect(lines.filter((line) => /^ +[AB] +1[78] +1 +20 +0 +2 +3 +4 +5 +6$/.test(line))).toHaveLength(2);
});
