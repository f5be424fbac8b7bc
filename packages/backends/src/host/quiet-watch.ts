import { watch } from 'node:fs';

/** Watches a folder until it is closed. */
export interface QuietWatch {
  close(): void;
}

/**
 * Watches a folder, and calls `onName` with what came, went or changed in it (null where the system does not say). It
 * keeps no process alive. Undefined when it cannot begin: there is no such folder yet, or there are no watchers left.
 * When it ends by itself, it is closed and `onEnded` is called.
 */
export function watchQuietly(
  folder: string,
  onName: (name: string | null) => void,
  onEnded: () => void,
): QuietWatch | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => onName(name));
    watcher.on('error', () => {
      watcher.close();
      onEnded();
    });
    return watcher;
  } catch {
    return undefined;
  }
}
