import { onTestFinished } from 'vitest';

/** What is rejected and heard by nobody from now on, until the test ends; vitest's own listeners step aside. */
export function unheardRejections(): { soFar(): Promise<unknown[]> } {
  const unheard: unknown[] = [];
  const note = (reason: unknown) => void unheard.push(reason);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', note);
  onTestFinished(() => {
    process.off('unhandledRejection', note);
    for (const other of others) process.on('unhandledRejection', other);
  });
  return {
    async soFar() {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return unheard;
    },
  };
}
