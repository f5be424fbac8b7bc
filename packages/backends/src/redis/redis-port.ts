/** Sends one command and resolves with the reply; rejects with what the server answered in `message`. */
export type SendCommand = (args: readonly string[]) => Promise<unknown>;

/**
 * All that the Redis backend asks of a client. Clients of `ioredis`, `redis` and `@valkey/valkey-glide` are
 * translated to it; for any other, an object like this does.
 */
export interface RedisPort {
  /** Sends to the primary that holds `key`. It is sent once, or twice if the connection broke: scripts allow for that. */
  send(args: readonly string[], key: string): Promise<unknown>;
  /** One sender for each primary: one for a single server, several in a cluster. */
  primaries(): Promise<readonly SendCommand[]>;
  /**
   * Listens to a pattern of channels over a connection of its own. `onSubscribed` is called each time that it
   * listens, again after each reconnect; until then, messages were missed. Returns what ends it. It keeps no
   * process alive and never throws. Left out: no hints.
   */
  subscribe?(listener: RedisListener): () => void;
  /** What the client itself prepends to the keys it sends, in scripts too. */
  readonly keyPrefix?: string;
  readonly server?: RedisServer;
}

export interface RedisListener {
  pattern: string;
  onMessage(channel: string): void;
  onSubscribed(): void;
  /** It cannot listen, for instance because the user may not. It is tried again at the next connection. */
  onRefused(error: unknown): void;
}

/** Where a client connects to, as far as it says so. */
export interface RedisServer {
  /** `host:port` or the path of a socket; never with a user or a password. */
  address: string;
  /** Whether the connection is encrypted. */
  tls: boolean;
  /** With `tls`: false where the certificate is not checked. */
  verified: boolean;
}
