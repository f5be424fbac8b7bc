import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { memoryBackend } from '@everbearer/backends/memory';
import { defineBackend } from '@everbearer/core/contract';
import { backendConformance } from '@everbearer/testing/backend-conformance';
import { describe, test } from 'vitest';
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
          execArgv: ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'],
        },
        damage: (key) => truncateSync(newestPath(directory, key), 40),
        holds: (text) => everythingIn(directory).includes(text),
        dispose: () => rmSync(directory, { recursive: true, force: true }),
      };
    },
  });
});

describe('defineBackend, one writer', () => {
  const create = () => {
    const rows = new Map<string, string>();
    return defineBackend({
      load: (key) => rows.get(key),
      save: (key, data) => void rows.set(key, data),
      singleProcess: true,
    });
  };
  backendConformance({ test, textIsVersion: true, create });
});

describe('defineBackend, shared', () => {
  const create = () => {
    const rows = new Map<string, string>();
    const open = () =>
      defineBackend({
        load: (key) => rows.get(key),
        compareAndSave(key, data, expected) {
          if (rows.get(key) !== expected) return false;
          rows.set(key, data);
          return true;
        },
      });
    return { open };
  };
  backendConformance({ test, textIsVersion: true, create });
});
