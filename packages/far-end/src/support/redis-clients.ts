import { type RedisBackendOptions, redisBackend } from '@everbearer/backends/redis';

/* Processes start with this by the hundred: each loads the one library it uses. */

export const LIBRARIES = ['node-redis', 'ioredis', 'glide'] as const;
export type Library = (typeof LIBRARIES)[number];

/** Where to connect to: a server, the nodes of a cluster, or sentinels. */
export type Target =
  | ({ port: number; ca?: Buffer } & User)
  | ({ cluster: readonly number[] } & User)
  | { sentinels: readonly number[]; name: string; ca?: Buffer };

interface User {
  username?: string;
  password?: string;
}

export type Connected = Pick<RedisBackendOptions, 'client' | 'subscriber'> & { end(): Promise<void> };

const host = '127.0.0.1';

/** A client as a user makes it, connected; ended by `end()`. */
export async function connectClient(library: Library, target: Target): Promise<Connected> {
  if (library === 'node-redis') return connectNodeRedis(target);
  return library === 'ioredis' ? connectIoredis(target) : connectGlide(target);
}

async function connectNodeRedis(target: Target): Promise<Connected> {
  const { createClient, createCluster, createSentinel } = await import('redis');
  if ('cluster' in target) {
    const rootNodes = target.cluster.map((port) => ({ url: `redis://${host}:${port}` }));
    const client = createCluster({ rootNodes, defaults: userOf(target) });
    client.on('error', () => undefined);
    await client.connect();
    return { client, end: async () => client.destroy() };
  }
  if ('sentinels' in target) {
    const sentinelRootNodes = target.sentinels.map((port) => ({ host, port }));
    const { name, ca } = target;
    const tls = ca && { socket: { tls: true as const, ca } };
    const encrypted = tls && { nodeClientOptions: tls, sentinelClientOptions: tls };
    const client = createSentinel({ name, sentinelRootNodes, scanInterval: 200, ...encrypted });
    client.on('error', () => undefined);
    await client.connect();
    return { client, end: async () => client.destroy() };
  }
  const { port, ca } = target;
  const socket = ca ? { host, port, tls: true as const, ca } : { host, port };
  const client = createClient({ socket, ...userOf(target) });
  client.on('error', () => undefined);
  await client.connect();
  return { client, end: async () => client.destroy() };
}

async function connectIoredis(target: Target): Promise<Connected> {
  const client = await ioredisClient(target);
  client.on('error', () => undefined);
  await new Promise((resolve) => client.once('ready', resolve));
  return { client, end: async () => client.disconnect() };
}

async function ioredisClient(target: Target) {
  const { Cluster, Redis } = await import('ioredis');
  if ('cluster' in target) {
    const nodes = target.cluster.map((port) => ({ host, port }));
    return new Cluster(nodes, { redisOptions: userOf(target) });
  }
  if ('sentinels' in target) {
    const sentinels = target.sentinels.map((port) => ({ host, port }));
    const { name, ca } = target;
    const encrypted = ca && { tls: { ca }, sentinelTLS: { ca }, enableTLSForSentinelMode: true };
    return new Redis({ sentinels, name, ...encrypted });
  }
  const { port, ca } = target;
  return new Redis({ host, port, ...userOf(target), ...(ca && { tls: { ca } }) });
}

function userOf({ username, password }: User): User {
  return { ...(username && { username }), ...(password && { password }) };
}

/** Two: one of them to listen with. */
async function connectGlide(target: Target): Promise<Connected> {
  if ('sentinels' in target) throw new Error('valkey-glide knows no sentinels.');
  const [client, subscriber] =
    'cluster' in target
      ? await Promise.all([glideCluster(target), glideCluster(target)])
      : await Promise.all([glideClient(target), glideClient(target)]);
  const end = async () => {
    client.close();
    subscriber.close();
  };
  return { client, subscriber, end };
}

const credentialsOf = ({ username, password }: User) =>
  password ? { credentials: { ...(username && { username }), password } } : {};

/** Its own default is a quarter of a second: a process that was stopped finds all its requests overdue. */
const PATIENCE_MS = 30_000;

async function glideCluster(target: Extract<Target, { cluster: readonly number[] }>) {
  const { GlideClusterClient } = await import('@valkey/valkey-glide');
  const addresses = target.cluster.map((port) => ({ host, port }));
  return GlideClusterClient.createClient({
    addresses,
    requestTimeout: PATIENCE_MS,
    ...credentialsOf(target),
  });
}

async function glideClient(target: Extract<Target, { port: number }>) {
  const { GlideClient } = await import('@valkey/valkey-glide');
  const { port, ca } = target;
  const tls = ca && { tlsAdvancedConfiguration: { rootCertificates: ca } };
  return GlideClient.createClient({
    addresses: [{ host, port }],
    requestTimeout: PATIENCE_MS,
    ...credentialsOf(target),
    ...(tls && { useTLS: true, advancedConfiguration: tls }),
  });
}

/** Backends over clients of their own; `end()` ends all of them. */
export function createBackends(
  library: Library,
  target: Target,
  options: Omit<RedisBackendOptions, 'client'>,
) {
  const connected: Connected[] = [];
  return {
    async open() {
      const connection = await connectClient(library, target);
      connected.push(connection);
      const { client, subscriber } = connection;
      return redisBackend({ client, subscriber, ...options });
    },
    async end() {
      await Promise.all(connected.map(({ end }) => end()));
    },
  };
}

/** As another process opens it, for the conformance kit. */
export async function openRedisBackend(given: { library: Library; target: Target; prefix: string }) {
  const { end: _, ...clients } = await connectClient(given.library, given.target);
  return redisBackend({ ...clients, prefix: given.prefix, durable: true });
}
