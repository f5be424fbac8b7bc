import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { memoryBackend } from '@everbearer/backends/memory';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { backendConformance, type ConformanceStore } from '@everbearer/testing/backend-conformance';
import { describe, test } from 'vitest';
import { KIT_STORES } from './support/kit-stores.ts';
import { everythingIn, newestPath } from './support/state-files.ts';

describe('memoryBackend', () => {
  backendConformance({ test, create: () => memoryBackend() });
});

describe('fileBackend', () => {
  backendConformance({
    // No lock of this store lasts longer than a save.
    pauseMs: 150,
    test,
    create() {
      const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
      return {
        open: () => fileBackend({ directory }),
        elsewhere: {
          module: import.meta.resolve('@everbearer/backends/file'),
          factory: 'fileBackend',
          argument: { directory },
          execArgv: SOURCE_OPTIONS,
        },
        damage: (key) => truncateSync(newestPath(directory, key), 40),
        holds: (text) => everythingIn(directory).includes(text),
        dispose: () => rmSync(directory, { recursive: true, force: true }),
      };
    },
  });
});

describe.each(['defineBackend, one writer', 'defineBackend, shared'])('%s', (name) => {
  backendConformance({ test, textIsVersion: true, create: KIT_STORES[name] as () => ConformanceStore });
});
