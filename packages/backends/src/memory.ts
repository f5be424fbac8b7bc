import type { StoredText, TokenBackend } from '@everbearer/core/contract';

/**
 * Keeps records in this process: enough for tests and for programs that sign in at every start. A restart
 * loses them, which `status()` says.
 */
export function memoryBackend(): TokenBackend {
  const records = new Map<string, StoredText>();
  const hints = new Map<string, Set<() => void>>();
  let writes = 0;

  const changed = (key: string) => {
    for (const hint of hints.get(key) ?? []) hint();
  };

  return {
    capabilities: { cas: 'process', durable: false, writable: true },
    load: async (key) => records.get(key),
    async save(key, data, expected) {
      if (records.get(key)?.version !== expected) return undefined;
      const version = String(++writes);
      records.set(key, { data, version });
      changed(key);
      return version;
    },
    async delete(key, expected) {
      if (records.get(key)?.version !== expected) return false;
      records.delete(key);
      changed(key);
      return true;
    },
    async *list() {
      yield* records.keys();
    },
    watch(key, hint) {
      const ofKey = hints.get(key) ?? new Set();
      hints.set(key, ofKey.add(hint));
      return () => {
        ofKey.delete(hint);
        if (ofKey.size === 0) hints.delete(key);
      };
    },
    check: async () => [
      {
        name: 'durable',
        ok: false,
        detail: 'Records live in this process.',
        remedy: 'Use fileBackend() to keep them.',
      },
    ],
  };
}
