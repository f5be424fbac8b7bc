import type { RedisListener, RedisPort, SendCommand } from './redis-port.ts';

/** What is used of a client of `@valkey/valkey-glide`: a `GlideClient` or a `GlideClusterClient`. */
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

/** `subscriber` is a client that serves nothing else: there is one queue of messages a client. */
export function glidePort(client: GlideClient, subscriber: GlideClient | undefined): RedisPort {
  const send: SendCommand = (args) => client.customCommand([...args]);
  const isCluster = 'fcallWithRoute' in client;
  const port = { send, primaries: isCluster ? () => primariesOf(client as Routed) : async () => [send] };
  return subscriber ? { ...port, subscribe: (listener) => listen(subscriber, listener) } : port;
}

async function primariesOf(client: Routed): Promise<readonly SendCommand[]> {
  const byNode = addressesIn(await client.customCommand(['PING'], { route: 'allPrimaries' }));
  return byNode.map((address) => {
    const [, host, port] = /^(.+):(\d+)$/.exec(address) ?? [];
    const route = { type: 'routeByAddress', host, port: Number(port) };
    return (args) => client.customCommand([...args], { route });
  });
}

function addressesIn(reply: unknown): string[] {
  if (Array.isArray(reply)) return reply.map(({ key }) => String(key));
  return Object.keys(reply ?? {});
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
