import type { TokenBackend } from '../contract/token-backend.ts';

/**
 * Hears of changes of a record whose key is still being computed; returns what ends it, which never throws. A watch that
 * fails costs its hints and nothing else.
 * @param onFault - called with what failed, as a clause
 */
export function watchKey(
  backend: TokenBackend,
  recordKey: Promise<string>,
  hint: (version?: string) => void,
  onFault: (what: string) => void,
): () => void {
  let ended = false;
  let stop: unknown;
  const failed = (error: unknown) => onFault(error instanceof Error ? `failed (${error.name})` : 'failed');

  async function begin(): Promise<void> {
    const key = await recordKey;
    if (ended || !backend.watch) return;
    // Some return a promise of the function that ends it.
    const watching: unknown = backend.watch(key, (version) => ended || hint(version));
    stop = await watching;
    if (typeof stop !== 'function') onFault('did not return the function that ends it');
    else if (ended) await stop();
  }

  begin().catch(failed);
  return () => {
    ended = true;
    if (typeof stop === 'function') called(stop as () => unknown).catch(failed);
  };
}

/** An async function, so that whatever goes wrong becomes a rejection. */
const called = async (work: () => unknown) => work();
