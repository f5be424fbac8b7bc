import type { TokenBackend } from '@everbearer/core/contract';
import { redisConnection } from './connect-redis.ts';
import { directoryFrom } from './directory-from.ts';
import type { BackendDescription, RedisDescription } from './everbearer-config.ts';
import { type Surroundings, textElsewhere } from './text-elsewhere.ts';

/** The backend that a description means. What makes it is loaded now, and nothing of the other kinds. */
export async function makeBackend(
  description: BackendDescription,
  around: Surroundings,
): Promise<TokenBackend> {
  if (description.kind === 'redis') return redis(description, around);
  if (description.kind === 'memory') return (await import('@everbearer/backends/memory')).memoryBackend();
  const { fileBackend } = await import('@everbearer/backends/file');
  const { directory } = description;
  return fileBackend(
    directory === undefined ? {} : { directory: directoryFrom(around.directory, directory) },
  );
}

async function redis(description: RedisDescription, around: Surroundings): Promise<TokenBackend> {
  const { url, prefix, durable } = description;
  const { redisBackend } = await import('@everbearer/backends/redis');
  const { client, connect } = await redisConnection(
    typeof url === 'string' ? url : textElsewhere(url, 'backend.url', around),
  );
  // Before it is connected: a client of an old version is refused, and would keep the program alive.
  const backend = redisBackend({ client, prefix, durable });
  await connect();
  const close = async () => {
    await backend.close();
    client.destroy();
  };
  return { ...backend, close };
}
