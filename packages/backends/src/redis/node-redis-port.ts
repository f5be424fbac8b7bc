import { onEvents } from './on-events.ts';
import type { RedisListener, RedisPort, RedisServer, SendCommand } from './redis-port.ts';
import { checksCertificate, type TlsSettings } from './tls-settings.ts';

/** How a client of node-redis listens to what others publish. */
interface Subscribing {
  pSubscribe(pattern: string, listener: (message: string, channel: string) => void): Promise<unknown>;
  pUnsubscribe(pattern: string, listener: (message: string, channel: string) => void): Promise<unknown>;
  on(event: string, listener: (...args: string[]) => void): unknown;
  off(event: string, listener: (...args: string[]) => void): unknown;
}

/** The part of a client of `redis` (node-redis) that is used, as `createClient()` makes it. */
export interface NodeRedisClient extends Subscribing {
  sendCommand(args: string[]): Promise<unknown>;
  evalSha: unknown;
  duplicate(...overrides: never[]): unknown;
  readonly isReady: boolean;
}

/** The same of `createSentinel()`. */
interface NodeRedisSentinel extends Subscribing {
  sendCommand(isReadonly: boolean | undefined, args: string[]): Promise<unknown>;
  evalSha: unknown;
  getMasterNode(): { host: string; port: number } | undefined;
}

/** The same of `createCluster()`. */
interface NodeRedisCluster extends Subscribing {
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
  ): Promise<unknown>;
  evalSha: unknown;
  readonly masters: readonly unknown[];
  nodeClient(node: unknown): unknown;
}

interface Connection extends NodeRedisClient {
  connect(): Promise<unknown>;
  destroy(): void;
  unref(): void;
}

export function nodeRedisPort(client: NodeRedisClient | NodeRedisSentinel | NodeRedisCluster): RedisPort {
  if ('nodeClient' in client) return clusterPort(client);
  if ('getMasterNode' in client) return sentinelPort(client);
  return {
    server: serverOfClient(client),
    send: sender(client),
    primaries: async () => [sender(client)],
    servers: async () => [serverOfClient(client)],
    onConnectionChange: (listener) => onEvents(client, ['reconnecting', 'ready'], listener),
    subscribe: (listener) => listenApart(client, listener),
  };
}

const sender =
  (client: NodeRedisClient): SendCommand =>
  (args) =>
    client.sendCommand([...args]);

function sentinelPort(client: NodeRedisSentinel): RedisPort {
  const send: SendCommand = (args) => client.sendCommand(false, [...args]);
  const { host = 'the primary', port = 6379 } = client.getMasterNode() ?? {};
  return {
    server: { address: `${host}:${port}`, tls: false, verified: true },
    send,
    primaries: async () => [send],
    servers: () => serversOfSentinel(client),
    onConnectionChange: (listener) =>
      onEvents(client, ['reconnecting', 'ready', 'topology-change'], listener),
    subscribe: (listener) => listenThrough(client, listener),
  };
}

function clusterPort(client: NodeRedisCluster): RedisPort {
  return {
    send: (args, key) => client.sendCommand(key, false, [...args]),
    primaries: () =>
      Promise.all(
        client.masters.map(async (node) => sender((await client.nodeClient(node)) as NodeRedisClient)),
      ),
    servers: () =>
      Promise.all(
        client.masters.map(async (node) => serverOfClient((await client.nodeClient(node)) as object)),
      ),
    subscribe: (listener) => listenThrough(client, listener),
  };
}

/** Sentinel and cluster objects keep a connection of their own for subscriptions, and move it when its node goes away. */
function listenThrough(client: Subscribing, listener: RedisListener): () => void {
  const { pattern, onMessage, onSubscribed, onRefused } = listener;
  const receive = (message: string, channel: string) => onMessage(channel, message);
  client.pSubscribe(pattern, receive).then(onSubscribed, onRefused);
  return () => void client.pUnsubscribe(pattern, receive).catch(() => undefined);
}

function listenApart(client: NodeRedisClient, listener: RedisListener): () => void {
  const { pattern, onMessage, onSubscribed, onRefused } = listener;
  const connection = client.duplicate() as Connection;
  const end = () => {
    client.off('end', end);
    connection.destroy();
  };
  // It lives no longer than the client it was made from.
  client.on('end', end);
  connection.on('error', () => undefined);
  connection.on('connect', () => connection.unref());
  let subscribed = false;
  // What was subscribed to is subscribed to again before a later `ready`.
  connection.on('ready', () => subscribed && onSubscribed());
  const receive = (message: string, channel: string) => onMessage(channel, message);
  const begin = async () => {
    await connection.connect();
    await connection.pSubscribe(pattern, receive);
    subscribed = true;
    onSubscribed();
  };
  begin().catch(onRefused);
  return end;
}

interface Options {
  socket?: { host?: string; port?: number; path?: string; tls?: boolean } & TlsSettings;
}

function serverOfClient(client: object): RedisServer {
  const { socket = {} } = (client as { options?: Options }).options ?? {};
  const { host = 'localhost', port = 6379, path, tls = false } = socket;
  return { address: path ?? `${host}:${port}`, tls, verified: checksCertificate(socket) };
}

/**
 * There is no getter for the client of the primary: it is passed to a function. That is not documented; where it is
 * missing, nothing is known of the connection.
 */
async function serversOfSentinel(client: NodeRedisSentinel): Promise<readonly RedisServer[]> {
  const execute: unknown = Reflect.get(client, '_execute');
  if (typeof execute !== 'function') return [];
  return [
    await (execute.call(client, false, async (node: object) => serverOfClient(node)) as Promise<RedisServer>),
  ];
}
