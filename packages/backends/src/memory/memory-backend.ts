import type { StoredText, TokenBackend } from '@everbearer/core/contract';
import { checkOptions } from '../check-options.ts';
import { failed } from '../finding.ts';
import { createKeyedHints, type KeyedHints } from '../keyed-hints.ts';

/**
 * Keeps records in this process: enough for tests and for programs that sign in at every start. A restart
 * loses them, which `status()` says.
 * @param options - there are none: any option is refused, so that a `directory` meant for another backend is not ignored
 * @throws {ConfigurationError} that names the option
 */
export function memoryBackend(options: Readonly<Record<string, never>> = {}): TokenBackend {
  checkOptions<Record<never, true>>(options, {}, 'memoryBackend()');
  let used: Records | undefined;
  const all = () => {
    used ??= { texts: new Map(), deleted: new Set(), hints: createKeyedHints(), writes: 0 };
    return used;
  };

  return {
    capabilities: CAPABILITIES,
    load: async (key) => all().texts.get(key),
    async save(key, data, expected) {
      const { texts, deleted, hints } = all();
      if (texts.get(key)?.version !== expected) return undefined;
      const version = String(++all().writes);
      texts.set(key, { data, version });
      deleted.delete(key);
      hints.tell(key);
      return version;
    },
    async delete(key, expected) {
      const { texts, deleted, hints } = all();
      if (texts.get(key)?.version !== expected) return false;
      texts.delete(key);
      deleted.add(key);
      hints.tell(key);
      return true;
    },
    wasDeleted: async (key) => all().deleted.has(key),
    list: () => keysOf(all().texts),
    watch: (key, hint) => all().hints.add(key, hint),
    check,
  };
}

/** Made when the first record is asked for: a program may make a store for each of many accounts. */
interface Records {
  texts: Map<string, StoredText>;
  deleted: Set<string>;
  hints: KeyedHints;
  writes: number;
}

const CAPABILITIES: TokenBackend['capabilities'] = { cas: 'process', durable: false, writable: true };

async function* keysOf(texts: ReadonlyMap<string, StoredText>): AsyncGenerator<string> {
  yield* texts.keys();
}

const check = async () => [
  failed('durable', 'Records live in this process.', 'Use fileBackend() to keep them.'),
];
