import { fileBackend } from '@everbearer/backends/file';
import { redisBackend } from '@everbearer/backends/redis';
import type { TokenBackend } from '@everbearer/core/contract';
import { connectClient, type Library, type Target } from '@everbearer/far-end/support/redis-clients';

/** Where the processes of a campaign keep their tokens: a directory, or a Redis. */
export type Store =
  | { directory: string }
  | { redis: Target; library: Library; timeoutMs?: number | undefined };

/** The backend of one process, and what ends its connection. */
export async function openStore(store: Store): Promise<{ backend: TokenBackend; end(): Promise<void> }> {
  if ('directory' in store)
    return { backend: fileBackend({ directory: store.directory }), end: async () => undefined };
  const { end, ...clients } = await connectClient(store.library, store.redis);
  const backend = redisBackend({ ...clients, timeoutMs: store.timeoutMs });
  return {
    backend,
    async end() {
      await backend.close();
      await end();
    },
  };
}
