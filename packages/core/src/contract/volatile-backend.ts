import { defineBackend } from './define-backend.ts';
import type { TokenBackend } from './token-backend.ts';

/** What is read from a read-only backend goes on in memory. */
export function volatileBackend(): TokenBackend {
  const records = new Map<string, string>();
  return defineBackend({
    load: (key) => records.get(key),
    save: (key, data) => void records.set(key, data),
    singleProcess: true,
    durable: false,
  });
}
