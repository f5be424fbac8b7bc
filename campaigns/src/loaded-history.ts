import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type Store } from './open-store.ts';
import { type Version, type VersionHistory, versionFrom } from './version-history.ts';

/** How long a save goes unnoticed of which no hint comes. */
const LOOK_MS = 25;

/**
 * The versions of a store that keeps one alone, loaded at each hint of a save. What was stored for less than a load takes
 * is missed; where that was a renewal, `missed` counts it.
 */
export async function createLoadedHistory(store: Store): Promise<VersionHistory> {
  const { backend, end } = await openStore(store);
  const keys = backend.list?.();
  if (!keys) throw new Error('This store lists nothing.');
  const { value: key } = await keys[Symbol.asyncIterator]().next();
  const versions: Version[] = [];
  let last: string | undefined;
  let ended = false;
  let hear: () => void = () => undefined;
  const unwatch = backend.watch?.(key as string, () => hear());

  async function loadOn(): Promise<void> {
    while (!ended) {
      // Asked for before the load: a save in the middle of it is looked for at once.
      const hint = new Promise<void>((resolve) => {
        hear = resolve;
      });
      const stored = await backend.load(key as string);
      if (stored && stored.version !== last) {
        last = stored.version;
        versions.push(versionFrom(stored.data));
      }
      await Promise.race([hint, sleep(LOOK_MS)]);
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
      unwatch?.();
      await loading;
      await end();
    },
  };
}
