import type { RedisListener, RedisPort, RedisServer, SendCommand } from './redis-port.ts';

/** The part of a client of `@valkey/valkey-glide` that is used: of a `GlideClient` or a `GlideClusterClient`. */
export interface GlideClient {
  customCommand(args: string[], options?: never): Promise<unknown>;
  invokeScript: unknown;
  psubscribe(patterns: Iterable<string>, timeoutMs: number): Promise<void>;
  punsubscribe(patterns: Iterable<string>, timeoutMs: number): Promise<void>;
  getPubSubMessage(): Promise<{ channel: unknown; pattern?: unknown }>;
}

interface Routed {
  customCommand(args: string[], options?: { route: unknown }): Promise<unknown>;
}

const SUBSCRIBE_MS = 5_000;

/** `subscriber` is a client that serves nothing else, since a client has only one queue of messages. */
export function glidePort(client: GlideClient, subscriber: GlideClient | undefined): RedisPort {
  const send: SendCommand = (args) => client.customCommand([...args]);
  const isCluster = 'fcallWithRoute' in client;
  const port = {
    server: serverOf(Reflect.get(client, 'config') as Configuration | undefined),
    send,
    primaries: isCluster ? () => primariesOf(client as Routed) : async () => [send],
  };
  return subscriber ? { ...port, subscribe: (listener) => listen(subscriber, listener) } : port;
}

interface Configuration {
  addresses?: { host: string; port?: number }[];
  useTLS?: boolean;
  advancedConfiguration?: { tlsAdvancedConfiguration?: { insecure?: boolean } };
}

/** Its `config` is not documented, so it serves only messages and `check()`. */
function serverOf({ addresses, useTLS = false, advancedConfiguration }: Configuration = {}): RedisServer {
  const { host = 'the server of the client', port = 6379 } = addresses?.[0] ?? {};
  const { insecure = false } = advancedConfiguration?.tlsAdvancedConfiguration ?? {};
  return { address: addresses ? `${host}:${port}` : host, tls: useTLS, verified: !insecure };
}

/** The client itself asks this to find its nodes, so its user has the right to. */
async function primariesOf(client: Routed): Promise<readonly SendCommand[]> {
  const ranges = (await client.customCommand(['CLUSTER', 'SLOTS'], { route: 'randomNode' })) as unknown[][];
  const primaries = new Map(ranges.map(([, , primary]) => [String(primary), primary as unknown[]]));
  return [...primaries.values()].map(([host, port]) => {
    const route = { type: 'routeByAddress', host: String(host), port: Number(port) };
    return (args) => client.customCommand([...args], { route });
  });
}

function listen(client: GlideClient, { pattern, onMessage, onSubscribed, onRefused }: RedisListener) {
  let ended = false;
  const receive = async () => {
    await client.psubscribe([pattern], SUBSCRIBE_MS);
    onSubscribed();
    while (!ended) onMessage(String((await client.getPubSubMessage()).channel));
  };
  receive().catch((error: unknown) => ended || onRefused(error));
  return () => {
    ended = true;
    client.punsubscribe([pattern], SUBSCRIBE_MS).catch(() => undefined);
  };
}
