import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { memoryBackend } from '@everbearer/backends/memory';
import { defineBackend } from '@everbearer/core/contract';
import type { ConformanceStore } from '@everbearer/testing/backend-conformance';
import { everythingIn, newestPath } from './state-files.ts';

/** A fresh store of each backend that can be written. A new backend gets a row here. */
export const KIT_STORES: Readonly<Record<string, () => ConformanceStore>> = {
  memoryBackend() {
    const backend = memoryBackend();
    return { open: () => backend };
  },
  fileBackend() {
    const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
    return {
      open: () => fileBackend({ directory }),
      damage: (key) => truncateSync(newestPath(directory, key), 40),
      holds: (text) => everythingIn(directory).includes(text),
      dispose: () => rmSync(directory, { recursive: true, force: true }),
    };
  },
  'defineBackend, one writer'() {
    const rows = new Map<string, string>();
    const backend = defineBackend({
      load: (key) => rows.get(key),
      save: (key, data) => void rows.set(key, data),
      singleProcess: true,
    });
    return { open: () => backend };
  },
  'defineBackend, shared'() {
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
  },
};
