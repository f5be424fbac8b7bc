import type { RedisListener, RedisPort, RedisServer, SendCommand } from './redis-port.ts';

/** The part of a client of `@valkey/valkey-glide` that is used: of a `GlideClient` or a `GlideClusterClient`. */
export interface GlideClient {
  customCommand(args: string[], options?: never): Promise<unknown>;
  invokeScript: unknown;
  psubscribe(patterns: Iterable<string>, timeoutMs: number): Promise<void>;
  punsubscribe(patterns: Iterable<string>, timeoutMs: number): Promise<void>;
  getPubSubMessage(): Promise<{ channel: unknown; message: unknown; pattern?: unknown }>;
}

interface Routed {
  customCommand(args: string[], options?: { route: unknown }): Promise<unknown>;
}

const SUBSCRIBE_MS = 5_000;

/** `subscriber` is a client that serves nothing else, since a client has only one queue of messages. */
export function glidePort(client: GlideClient, subscriber: GlideClient | undefined): RedisPort {
  const send: SendCommand = (args) => client.customCommand([...args]);
  const isCluster = 'fcallWithRoute' in client;
  const routed = client as Routed;
  const servers = configured((Reflect.get(client, 'config') ?? {}) as Configuration);
  const [server] = servers;
  const port = {
    server: server ?? { address: 'the server of the client', tls: false, verified: true },
    send,
    primaries: async () =>
      isCluster ? (await primariesOf(routed)).map((primary) => senderTo(routed, primary)) : [send],
    // All nodes are reached in the same way, wherever they are.
    servers: async () =>
      isCluster && server
        ? (await primariesOf(routed)).map(({ host, port }) => ({ ...server, address: `${host}:${port}` }))
        : servers,
  };
  return subscriber ? { ...port, subscribe: (listener) => listen(subscriber, listener) } : port;
}

interface Configuration {
  addresses?: { host: string; port?: number }[];
  useTLS?: boolean;
  advancedConfiguration?: { tlsAdvancedConfiguration?: { insecure?: boolean } };
}

/** Its `config` is not documented, so it serves only messages and `check()`. */
function configured({ addresses = [], useTLS = false, advancedConfiguration }: Configuration): RedisServer[] {
  const { insecure = false } = advancedConfiguration?.tlsAdvancedConfiguration ?? {};
  return addresses.map(({ host, port = 6379 }) => ({
    address: `${host}:${port}`,
    tls: useTLS,
    verified: !insecure,
  }));
}

interface Primary {
  host: string;
  port: number;
}

/** The client itself asks this to find its nodes, so its user has the right to. */
async function primariesOf(client: Routed): Promise<readonly Primary[]> {
  const ranges = (await client.customCommand(['CLUSTER', 'SLOTS'], { route: 'randomNode' })) as unknown[][];
  const primaries = new Map(ranges.map(([, , primary]) => [String(primary), primary as unknown[]]));
  return [...primaries.values()].map(([host, port]) => ({ host: String(host), port: Number(port) }));
}

function senderTo(client: Routed, primary: Primary): SendCommand {
  const route = { type: 'routeByAddress', ...primary };
  return (args) => client.customCommand([...args], { route });
}

function listen(client: GlideClient, { pattern, onMessage, onSubscribed, onRefused }: RedisListener) {
  let ended = false;
  const receive = async () => {
    await client.psubscribe([pattern], SUBSCRIBE_MS);
    onSubscribed();
    while (!ended) {
      const { channel, message } = await client.getPubSubMessage();
      onMessage(String(channel), String(message));
    }
  };
  receive().catch((error: unknown) => ended || onRefused(error));
  return () => {
    ended = true;
    client.punsubscribe([pattern], SUBSCRIBE_MS).catch(() => undefined);
  };
}
