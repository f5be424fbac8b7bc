import { ConfigurationError, TokenBackendError } from '@everbearer/core';

type Redis = typeof import('redis');

const PATIENCE_MS = 5_000;

/** What is used of a client here. */
interface Client {
  connect(): Promise<unknown>;
  destroy(): void;
}

/** A client that is not connected yet. */
export interface RedisConnection {
  client: Client;
  /** A server that does not answer at the beginning is reported at once; later the client connects again by itself. */
  connect(): Promise<void>;
}

export async function redisConnection(url: string): Promise<RedisConnection> {
  let wasConnected = false;
  const client = await newClient(url, (retries) => (wasConnected ? Math.min(retries * 50, 2_000) : false));
  return {
    client,
    async connect() {
      try {
        await client.connect();
      } catch (error) {
        const message = `Redis at ${wholeAddress(url).host} cannot be used (${reasonOf(error)}). Check \`backend.url\`, and that the server runs.`;
        throw new TokenBackendError({ code: 'unavailable', message, cause: error });
      }
      wasConnected = true;
    },
  };
}

async function newClient(
  url: string,
  reconnectStrategy: (retries: number) => number | false,
): Promise<Client> {
  const { createClient } = await loadRedis();
  const client = createClient({
    url: wholeAddress(url).href,
    socket: { reconnectStrategy, connectTimeout: PATIENCE_MS },
  });
  // Without a listener an error of the connection would end the process; calls report it themselves.
  client.on('error', () => {});
  return client;
}

/** The message of a client that refuses an address may repeat it, with its password. */
function wholeAddress(url: string): URL {
  const address = URL.parse(url);
  if (address && /^rediss?:$/.test(address.protocol)) return address;
  const message = '`backend.url` must be redis://HOST:PORT, or rediss:// for TLS.';
  throw new ConfigurationError({ option: 'backend.url', message });
}

/** A code of the network, or the first word of what the server says: WRONGPASS, NOAUTH. */
function reasonOf(error: unknown): string {
  const { code, message = '' } = error as { code?: string; message?: string };
  return code ?? /^[A-Z]{4,16}(?= )/.exec(message)?.[0] ?? 'no answer';
}

async function loadRedis(): Promise<Redis> {
  try {
    return await import('redis');
  } catch (error) {
    const message =
      "The backend 'redis' needs the package redis. Install it beside this one: npm install redis";
    throw new ConfigurationError({ option: 'backend', message, cause: error });
  }
}
