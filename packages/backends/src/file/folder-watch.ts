import { type QuietWatch, watchQuietly } from '../host/quiet-watch.ts';
import { createKeyedHints } from '../keyed-hints.ts';

/**
 * Hints at new versions: one watcher for each folder. It keeps no process alive. Its failures are not reported, since
 * those who wait for a version also look.
 */
export interface FolderWatch {
  watch(folder: string, hint: () => void): () => void;
  close(): void;
}

export function createFolderWatch(): FolderWatch {
  const hints = createKeyedHints();
  const watchers = new Map<string, QuietWatch>();

  function begin(folder: string): void {
    // Drafts come and go; only versions are news.
    const changed = (name: string | null) => (name === null || name.startsWith('v.')) && hints.tell(folder);
    const ended = () => watchers.get(folder) === watcher && watchers.delete(folder);
    const watcher = watchQuietly(folder, changed, ended);
    if (watcher) watchers.set(folder, watcher);
  }

  function end(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
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
    close() {
      hints.clear();
      for (const folder of [...watchers.keys()]) end(folder);
    },
  };
}
