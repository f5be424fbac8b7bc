import { openStore, type Store } from './open-store.ts';
import { type Version, type VersionHistory, versionFrom } from './version-history.ts';

/**
 * The versions of a store that keeps one alone, loaded as fast as it answers. What was stored for less than that is
 * missed; where that was a renewal, its number is.
 */
export async function createLoadedHistory(store: Store): Promise<VersionHistory> {
  const { backend, end } = await openStore(store);
  const keys = backend.list?.();
  if (!keys) throw new Error('This store lists nothing.');
  const { value: key } = await keys[Symbol.asyncIterator]().next();
  const versions: Version[] = [];
  let last: string | undefined;
  let ended = false;

  async function loadOn(): Promise<void> {
    while (!ended) {
      const stored = await backend.load(key as string);
      if (!stored || stored.version === last) continue;
      last = stored.version;
      versions.push(versionFrom(stored.data));
    }
  }

  const loading = loadOn();
  return {
    look: () => undefined,
    versions,
    get missed() {
      const numbers = new Set(versions.map(({ seq }) => seq));
      return numbers.size === 0 ? 0 : Math.max(...numbers) - Math.min(...numbers) + 1 - numbers.size;
    },
    async end() {
      ended = true;
      await loading;
      await end();
    },
  };
}
