// The kit under node:test, over a store whose lock goes stale: exactly one case fails.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { backendConformance } from '@everbearer/testing/backend-conformance';
import { brokenStore } from './broken-store.ts';

backendConformance({
  test,
  processes: 3,
  pauseMs: 600,
  async create() {
    const argument = {
      directory: await mkdtemp(join(tmpdir(), 'node-test-')),
      fault: 'lock goes stale',
    } as const;
    return {
      open: () => brokenStore(argument),
      elsewhere: { module: import.meta.resolve('./broken-store.ts'), factory: 'brokenStore', argument },
      dispose: () => rm(argument.directory, { recursive: true }),
    };
  },
});
