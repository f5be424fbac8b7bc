import type { StoredText, TokenBackend } from '@everbearer/core/contract';
import { checkOptions } from '../check-options.ts';
import { failed } from '../finding.ts';
import { createKeyedHints } from '../keyed-hints.ts';

/**
 * Keeps records in this process: enough for tests and for programs that sign in at every start. A restart
 * loses them, which `status()` says.
 * @param options - there are none: any option is refused, so that a `directory` meant for another backend is not ignored
 * @throws {ConfigurationError} that names the option
 */
export function memoryBackend(options: Readonly<Record<string, never>> = {}): TokenBackend {
  checkOptions<Record<never, true>>(options, {}, 'memoryBackend()');
  const records = new Map<string, StoredText>();
  const deleted = new Set<string>();
  const hints = createKeyedHints();
  let writes = 0;

  return {
    capabilities: { cas: 'process', durable: false, writable: true },
    load: async (key) => records.get(key),
    async save(key, data, expected) {
      if (records.get(key)?.version !== expected) return undefined;
      const version = String(++writes);
      records.set(key, { data, version });
      deleted.delete(key);
      hints.tell(key);
      return version;
    },
    async delete(key, expected) {
      if (records.get(key)?.version !== expected) return false;
      records.delete(key);
      deleted.add(key);
      hints.tell(key);
      return true;
    },
    wasDeleted: async (key) => deleted.has(key),
    async *list() {
      yield* records.keys();
    },
    watch: hints.add,
    check: async () => [
      failed('durable', 'Records live in this process.', 'Use fileBackend() to keep them.'),
    ],
  };
}
