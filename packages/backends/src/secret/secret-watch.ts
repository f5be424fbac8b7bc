import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Hints that a secret may have changed. It keeps no process alive and fails in silence: whoever uses it also looks. */
export interface SecretWatch {
  watch(hint: () => void): () => void;
  close(): void;
}

/** A writer that does not rename has a moment to end before it is looked at. */
const SETTLES_MS = 50;

/**
 * Watches the folder, since a secret is replaced and not written to: a watch on the file would stay with the old one.
 * One watcher for everybody who asks.
 */
export function createSecretWatch(path: string): SecretWatch {
  const hints = new Set<() => void>();
  let watcher: FSWatcher | undefined;
  let settling: NodeJS.Timeout | undefined;

  function changed(name: string | null): void {
    // `..data` is the link that Kubernetes swaps.
    if (name !== null && name !== basename(path) && !name.startsWith('..')) return;
    settling ??= setTimeout(() => {
      settling = undefined;
      for (const hint of [...hints]) hint();
    }, SETTLES_MS);
    settling.unref();
  }

  function begin(): void {
    try {
      const begun = watch(dirname(path), { persistent: false }, (_event, name) => changed(name));
      begun.on('error', () => {
        begun.close();
        if (watcher === begun) watcher = undefined;
      });
      watcher = begun;
    } catch {
      // No such folder yet, or no watchers left.
    }
  }

  function end(): void {
    watcher?.close();
    watcher = undefined;
    clearTimeout(settling);
    settling = undefined;
  }

  return {
    watch(hint) {
      // Of its own, so that the same function may be given twice.
      const own = () => hint();
      hints.add(own);
      if (!watcher) begin();
      return () => {
        hints.delete(own);
        if (hints.size === 0) end();
      };
    },
    close() {
      hints.clear();
      end();
    },
  };
}
