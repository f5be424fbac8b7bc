import { onEvents } from './on-events.ts';
import type { RedisListener, RedisPort, RedisServer } from './redis-port.ts';
import { checksCertificate, type TlsSettings } from './tls-settings.ts';

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
  /** By Sentinel, it is left unused unless `enableTLSForSentinelMode` is set. */
  tls?: TlsSettings | null;
  enableTLSForSentinelMode?: boolean;
  redisOptions?: Options;
}

/** A connection of a client, as far as it is one. */
interface Stream {
  encrypted?: boolean;
  remoteAddress?: string;
  remotePort?: number;
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
    server: serverOf(client),
    send: call(client),
    primaries: async () => (cluster.nodes?.('master') ?? [client]).map(call),
    servers: async () => (cluster.nodes?.('master') ?? [client]).map(serverOf),
    // A cluster object does not tell of the connections of its nodes.
    ...(!cluster.nodes && {
      onConnectionChange: (listener) => onEvents(client, ['close', 'ready'], listener),
    }),
    subscribe: (listener) =>
      cluster.nodes ? listenThroughCluster(client, listener) : listenApart(client, listener),
  };
}

/** A cluster object keeps a connection of its own for subscriptions, and moves it when that node goes away. */
function listenThroughCluster(client: IoredisClient, listener: RedisListener): () => void {
  const { pattern, onMessage, onSubscribed, onRefused } = listener;
  const receive = (of: string, channel: string, message: string) =>
    of === pattern && onMessage(channel, message);
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
  connection.on('pmessage', (_pattern: string, channel: string, message: string) =>
    onMessage(channel, message),
  );
  return end;
}

/** What is connected says most; before that, the options say what it will be. */
function serverOf(client: IoredisClient): RedisServer {
  const { redisOptions, ...own } = (client.options ?? {}) as Options;
  const { host, port, path, sentinels, tls, enableTLSForSentinelMode = false } = { ...redisOptions, ...own };
  const stream = Reflect.get(client, 'stream') as Stream | null | undefined;
  const planned = Boolean(tls) && (!sentinels || enableTLSForSentinelMode);
  return {
    address: sentinels ? primaryAddress(sentinels, stream) : (path ?? addressOf({ host, port })),
    tls: stream ? stream.encrypted === true : planned,
    verified: checksCertificate(tls ?? {}),
    ...(sentinels && { remedy: 'Set `enableTLSForSentinelMode: true` beside `tls`.' }),
  };
}

function addressOf({ host, port = 6379 }: { host?: string | undefined; port?: number | undefined }): string {
  return host ? `${host}:${port}` : 'the cluster';
}

/** The one that the sentinels named; until it is connected, the first sentinel, which may be elsewhere. */
function primaryAddress(sentinels: NonNullable<Options['sentinels']>, stream: Stream | null | undefined) {
  const { remoteAddress, remotePort } = stream ?? {};
  if (remoteAddress) return addressOf({ host: remoteAddress, port: remotePort });
  return addressOf(sentinels[0] ?? {});
}
