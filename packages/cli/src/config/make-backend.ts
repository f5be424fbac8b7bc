import { resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
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
  return fileBackend(directory === undefined ? {} : { directory: resolve(around.directory, directory) });
}

async function redis(description: RedisDescription, around: Surroundings): Promise<TokenBackend> {
  const { url, prefix, durable } = description;
  const { redisBackend } = await import('@everbearer/backends/redis');
  const { createClient } = await loadRedis();
  const client = createClient({
    url: typeof url === 'string' ? url : textElsewhere(url, 'backend.url', around),
  });
  // Without a listener an error of the connection would end the process; calls report it themselves.
  client.on('error', () => {});
  await connected(client);
  const backend = redisBackend({ client, prefix, durable });
  const close = async () => {
    await backend.close();
    client.destroy();
  };
  return { ...backend, close };
}

async function loadRedis(): Promise<typeof import('redis')> {
  try {
    return await import('redis');
  } catch (error) {
    const message =
      "The backend 'redis' needs the package redis. Install it beside this one: npm install redis";
    throw new ConfigurationError({ option: 'backend', message, cause: error });
  }
}

/** The client tries for ever by itself; a command says that nobody answers. */
async function connected(client: { connect(): Promise<unknown>; destroy(): void }): Promise<void> {
  const { TokenBackendError } = await import('@everbearer/core');
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('timeout')), 5_000);
  try {
    await Promise.race([client.connect(), late.promise]);
  } catch (error) {
    client.destroy();
    const message =
      'Redis does not answer at the address of `backend.url`. Check the address, and that the server runs.';
    throw new TokenBackendError({ code: 'unavailable', message, cause: error });
  } finally {
    clearTimeout(timer);
  }
}
