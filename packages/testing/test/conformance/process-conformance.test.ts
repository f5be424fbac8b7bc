import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { backendConformance, type StoreElsewhere } from '@everbearer/testing/backend-conformance';
import { expect, test } from 'vitest';
import { type BrokenStore, brokenStore } from '../support/broken-store.ts';

const module = new URL('../support/broken-store.ts', import.meta.url);
const execArgv = SOURCE_OPTIONS;

/** Runs the cases of that name over a broken store and returns what they failed with. */
async function verdictOn(fault: BrokenStore['fault'], name: RegExp, elsewhere: Partial<StoreElsewhere> = {}) {
  const failures: string[] = [];
  const runs: (() => Promise<void>)[] = [];
  backendConformance({
    test: (each, run) => name.test(each) && runs.push(() => run({ skip: () => undefined })),
    processes: 3,
    pauseMs: 600,
    patienceMs: 8_000,
    create() {
      const directory = mkdtempSync(join(tmpdir(), 'broken-store-'));
      const argument: BrokenStore = { directory, fault };
      return {
        open: () => brokenStore(argument),
        elsewhere: { module, factory: 'brokenStore', argument, execArgv, ...elsewhere },
        dispose: () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }),
      };
    },
  });
  expect(runs).not.toEqual([]);
  for (const run of runs) await run().catch((error: Error) => failures.push(error.message));
  return failures;
}

test.each<[BrokenStore['fault'], RegExp, RegExp]>([
  ['locks in memory', /save at once on one version/, /exactly one process may win, not/],
  ['locks in memory', /count up together/, /overwritten by another process/],
  ['lock goes stale', /are paused in the middle/, /overwritten by another process/],
  ['writes in place', /are killed in the middle/, /half a record|not what any process saved|was lost/],
  ['lock outlives its holder', /are killed in the middle/, /has not counted to \d+ within 8 s/],
])(
  'a store that %s is found out: processes that %s',
  { timeout: 90_000, concurrent: true },
  async (fault, name, says) => {
    expect(await verdictOn(fault, name)).toEqual([expect.stringMatching(says)]);
  },
);

test.each<[BrokenStore['fault']]>([['locks in memory'], ['lock goes stale'], ['lock outlives its holder']])(
  'a store that %s passes whatever one process alone can try',
  { timeout: 90_000, concurrent: true },
  async (fault) => {
    expect(
      await verdictOn(fault, /older version conflicts|expects nothing|of 50 (first )?saves at once on one/),
    ).toEqual([]);
  },
);

test.concurrent('a module that does not export the factory, or cannot be loaded, is said to be the trouble', async () => {
  const together = /count up together/;
  expect(await verdictOn('lock goes stale', together, { factory: 'another' })).toEqual([
    expect.stringContaining('does not export a function "another"'),
  ]);
  expect(await verdictOn('lock goes stale', together, { module: '/nowhere/store.ts' })).toEqual([
    expect.stringMatching(/in another process, .*nowhere/),
  ]);
});

test('under node:test the kit registers, skips and fails as it does under vitest', {
  timeout: 90_000,
  concurrent: true,
}, async () => {
  const file = fileURLToPath(new URL('../support/conformance-on-node-test.ts', import.meta.url));
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const child = spawn(process.execPath, [...execArgv, '--test', '--test-reporter=tap', file], { env });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'exit');
  expect(output).toMatch(/^ *ok \d+ - of 50 saves at once on one version exactly one wins$/m);
  expect(output).toMatch(/^ *ok \d+ - delete compares # SKIP there is no delete\(\)$/m);
  expect(output).toMatch(/^ *not ok \d+ - processes that are paused in the middle/m);
  expect(output).toMatch(/^# fail 1$/m);
  expect(code).toBe(1);
});
