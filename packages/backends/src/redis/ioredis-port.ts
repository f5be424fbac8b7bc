import type { RedisListener, RedisPort, RedisServer } from './redis-port.ts';

/** The part of a client of `ioredis` that is used: of a `Redis`, by Sentinel too, or of a `Cluster`. */
export interface IoredisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
  duplicate(...overrides: never[]): unknown;
  on(event: string, listener: (...args: string[]) => void): unknown;
  off(event: string, listener: (...args: string[]) => void): unknown;
  psubscribe(pattern: string): Promise<unknown>;
  punsubscribe(pattern: string): Promise<unknown>;
  readonly options?: object;
}

interface Connection extends IoredisClient {
  disconnect(): void;
  stream?: { unref?(): void };
}

interface Options {
  host?: string;
  port?: number;
  path?: string | null;
  keyPrefix?: string;
  sentinels?: readonly { host?: string; port?: number }[] | null;
  tls?: { rejectUnauthorized?: boolean };
  redisOptions?: Options;
}

export function ioredisPort(client: IoredisClient): RedisPort {
  const options = (client.options ?? {}) as Options;
  const cluster = client as IoredisClient & { nodes?(role: 'master'): IoredisClient[] };
  const call =
    (to: IoredisClient) =>
    ([command = '', ...args]: readonly string[]) =>
      to.call(command, ...args);
  return {
    keyPrefix: options.keyPrefix ?? '',
    server: serverOf(options),
    send: call(client),
    primaries: async () => (cluster.nodes?.('master') ?? [client]).map(call),
    subscribe: (listener) =>
      cluster.nodes ? listenThroughCluster(client, listener) : listenApart(client, listener),
  };
}

/** A cluster object keeps a connection of its own for subscriptions, and moves it when that node goes away. */
function listenThroughCluster(client: IoredisClient, listener: RedisListener): () => void {
  const { pattern, onMessage, onSubscribed, onRefused } = listener;
  const receive = (of: string, channel: string) => of === pattern && onMessage(channel);
  client.on('pmessage', receive);
  client.psubscribe(pattern).then(onSubscribed, onRefused);
  return () => {
    client.off('pmessage', receive);
    client.punsubscribe(pattern).catch(() => undefined);
  };
}

function listenApart(client: IoredisClient, listener: RedisListener): () => void {
  const { pattern, onMessage, onSubscribed, onRefused } = listener;
  const overrides = { autoResubscribe: false, lazyConnect: false, maxRetriesPerRequest: null };
  const connection = (client.duplicate as (overrides: object) => unknown)(overrides) as Connection;
  const end = () => {
    client.off('end', end);
    connection.disconnect();
  };
  // It lives no longer than the client it was made from.
  client.on('end', end);
  connection.on('error', () => undefined);
  connection.on('connect', () => connection.stream?.unref?.());
  connection.on('ready', () => void connection.psubscribe(pattern).then(onSubscribed, onRefused));
  connection.on('pmessage', (_pattern: string, channel: string) => onMessage(channel));
  return end;
}

function serverOf({ redisOptions, ...own }: Options): RedisServer {
  const { host, port, path, sentinels, tls } = { ...redisOptions, ...own };
  const first = sentinels?.[0] ?? { host, port };
  const address = path ?? (first.host ? `${first.host}:${first.port ?? 6379}` : 'the cluster');
  return { address, tls: tls !== undefined, verified: tls?.rejectUnauthorized !== false };
}
