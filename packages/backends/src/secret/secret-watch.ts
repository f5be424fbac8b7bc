import { basename, dirname } from 'node:path';
import { type QuietWatch, watchQuietly } from '../host/quiet-watch.ts';

/**
 * Hints that a secret may have changed. It keeps no process alive. Its failures are not reported, since those who use it
 * also look.
 */
export interface SecretWatch {
  watch(hint: () => void): () => void;
  close(): void;
}

/** A program that writes in place, without renaming, gets this long to finish before the file is looked at. */
const SETTLES_MS = 50;

/**
 * Watches the folder, since a secret is replaced and not written to: a watch on the file would stay with the old one.
 * All hints share one watcher.
 */
export function createSecretWatch(path: string): SecretWatch {
  const hints = new Set<() => void>();
  const settling = createSettling(() => {
    for (const hint of [...hints]) hint();
  });
  let watcher: QuietWatch | undefined;

  function begin(): void {
    const ended = () => {
      if (watcher === begun) watcher = undefined;
    };
    const begun = watchQuietly(dirname(path), (name) => concerns(path, name) && settling.begin(), ended);
    watcher = begun;
  }

  function end(): void {
    watcher?.close();
    watcher = undefined;
    settling.cancel();
  }

  return {
    watch(hint) {
      // A function of its own for each call, so that the same hint may be given twice.
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

/** `..data` is the link that Kubernetes swaps. */
function concerns(path: string, name: string | null): boolean {
  return name === null || name === basename(path) || name.startsWith('..');
}

/** Calls `done` once, a moment after the first of several changes. */
function createSettling(done: () => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin() {
      timer ??= setTimeout(() => {
        timer = undefined;
        done();
      }, SETTLES_MS);
      timer.unref();
    },
    cancel() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
