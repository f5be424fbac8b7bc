import { type QuietWatch, watchQuietly } from '../host/quiet-watch.ts';
import { createKeyedHints, type Hint } from '../keyed-hints.ts';
import { KEPT_VERSIONS } from './clean-folder.ts';

/**
 * Hints at new versions: one watcher for each folder. It keeps no process alive. Its failures are not reported, since
 * those who wait for a version also look.
 */
export interface FolderWatch {
  watch(folder: string, hint: Hint): () => void;
  /** This version is about to be published from here: a hint at it says which it is. */
  announce(folder: string, number: number, id: string): void;
  close(): void;
}

interface Announced {
  number: number;
  version: string;
}

/** What the system tells late is about one of these. */
const MOST_ANNOUNCED = 4;

export function createFolderWatch(): FolderWatch {
  const hints = createKeyedHints();
  const watchers = new Map<string, QuietWatch>();
  const announced = new Map<string, readonly Announced[]>();

  function begin(folder: string): void {
    // Drafts come and go; only versions are news, and not those that are cleaned up.
    const changed = (name: string | null) => {
      if (name !== null && !name.startsWith('v.')) return;
      const ours = announced.get(folder) ?? [];
      const number = Number(name?.slice(2));
      if (number <= (ours[0]?.number ?? 0) - KEPT_VERSIONS) return;
      hints.tell(folder, ours.find((each) => each.number === number)?.version);
    };
    const ended = () => watchers.get(folder) === watcher && watchers.delete(folder);
    const watcher = watchQuietly(folder, changed, ended);
    if (watcher) watchers.set(folder, watcher);
  }

  function end(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
    announced.delete(folder);
  }

  return {
    watch(folder, hint) {
      const remove = hints.add(folder, hint);
      if (!watchers.has(folder)) begin(folder);
      return () => {
        remove();
        if (!hints.has(folder)) end(folder);
      };
    },
    announce(folder, number, id) {
      if (!watchers.has(folder)) return;
      const before = announced.get(folder) ?? [];
      announced.set(folder, [{ number, version: `${number}.${id}` }, ...before].slice(0, MOST_ANNOUNCED));
    },
    close() {
      hints.clear();
      for (const folder of [...watchers.keys()]) end(folder);
    },
  };
}
