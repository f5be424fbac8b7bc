import { type FSWatcher, watch } from 'node:fs';

/** Hints at new versions: one watcher for each folder, which keeps no process alive and fails in silence. */
export interface FolderWatch {
  watch(folder: string, hint: () => void): () => void;
  close(): void;
}

export function createFolderWatch(): FolderWatch {
  const watched = new Map<string, { watcher: FSWatcher; hints: Set<() => void> }>();

  function end(folder: string): void {
    watched.get(folder)?.watcher.close();
    watched.delete(folder);
  }

  function begin(folder: string) {
    const hints = new Set<() => void>();
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      // Drafts come and go; versions are the news.
      if (name === null || name.startsWith('v.')) for (const hint of [...hints]) hint();
    });
    const entry = { watcher, hints };
    watcher.on('error', () => watched.get(folder) === entry && end(folder));
    watched.set(folder, entry);
    return entry;
  }

  return {
    watch(folder, hint) {
      let entry: ReturnType<typeof begin>;
      try {
        entry = watched.get(folder) ?? begin(folder);
      } catch {
        // No such folder yet, or no watchers left: whoever waits also looks by itself.
        return () => undefined;
      }
      // Of its own, so that the same function may be given twice.
      const own = () => hint();
      entry.hints.add(own);
      return () => {
        entry.hints.delete(own);
        if (entry.hints.size === 0 && watched.get(folder) === entry) end(folder);
      };
    },
    close() {
      for (const folder of [...watched.keys()]) end(folder);
    },
  };
}
