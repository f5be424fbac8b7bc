import process from 'node:process';

/** What was rejected and heard by nobody, for as long as this is watched. */
export interface UnheardRejections extends Disposable {
  /** Those of now and of a moment from now. */
  soFar(): Promise<unknown[]>;
}

/** Begins to watch; other listeners, such as those of a test runner, step aside until it is disposed of. */
export function unheardRejections(): UnheardRejections {
  const unheard: unknown[] = [];
  const note = (reason: unknown) => void unheard.push(reason);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', note);
  return {
    async soFar() {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return unheard;
    },
    [Symbol.dispose]() {
      process.off('unhandledRejection', note);
      for (const other of others) process.on('unhandledRejection', other);
    },
  };
}
