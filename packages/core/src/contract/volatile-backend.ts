import type { TokenBackend } from './token-backend.ts';

/** Where the records of a seed live that has no backend behind it: in the memory of this process. */
export function volatileBackend(): TokenBackend {
  const records = new Map<string, string>();
  return {
    capabilities: { cas: 'process', durable: false, writable: true },
    async load(key) {
      const data = records.get(key);
      return data === undefined ? undefined : { data, version: data };
    },
    async save(key, data, expected) {
      if (records.get(key) !== expected) return undefined;
      records.set(key, data);
      return data;
    },
  };
}
