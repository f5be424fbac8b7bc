/** Sends one command and resolves with the reply; rejects with what the server answered in `message`. */
export type SendCommand = (args: readonly string[]) => Promise<unknown>;

/**
 * Everything that the Redis backend asks of a client. Clients of `ioredis`, `redis` and `@valkey/valkey-glide` are
 * translated to it; for any other, give an object like this as `client`.
 */
export interface RedisPort {
  /**
   * Sends a command (its name and its arguments) to the primary that holds `key`, and resolves with the reply; rejects
   * with what the server answered in `message`. A client that reconnects may send it twice: the scripts allow for that.
   */
  send(args: readonly string[], key: string): Promise<unknown>;
  /** One sender for each primary: one for a single server, several in a cluster. */
  primaries(): Promise<readonly SendCommand[]>;
  /**
   * Listens to a pattern of channels over a connection of its own; returns the function that ends it. Never throws, and
   * keeps no process alive. Default: no hints, and changes by other processes are found by looking.
   */
  subscribe?: ((listener: RedisListener) => () => void) | undefined;
  /** What the client itself puts before the keys it sends, in scripts too. Default: nothing. */
  readonly keyPrefix?: string | undefined;
  /** Where the client connects to, for messages, and for `check()` where there is no `servers`. Default: not known. */
  readonly server?: RedisServer | undefined;
  /**
   * How each primary is reached at this moment; none where that is not known. Asked by `check()`, and under `strict`, which
   * takes what is not known for unfit. Default: `server`.
   */
  servers?: (() => Promise<readonly RedisServer[]>) | undefined;
  /**
   * Calls the listener when a connection was lost and when one was made; returns the function that ends it. Never throws.
   * Default: nothing is told, and `strict` looks at the servers before each use.
   */
  onConnectionChange?: ((listener: () => void) => () => void) | undefined;
}

/** What {@link RedisPort.subscribe} listens to, and whom it tells. */
export interface RedisListener {
  /** The pattern of the channels, as PSUBSCRIBE takes it. */
  pattern: string;
  /**
   * To be called for each message, with the channel that it came over, and with the message itself, which is a version. Without
   * that, a process looks at what it has just saved.
   */
  onMessage(channel: string, message?: string): void;
  /** To be called each time that it begins to listen, after each reconnect too: until then, messages were missed. */
  onSubscribed(): void;
  /**
   * To be called when it cannot listen, for instance because the user may not. The next connection may try again.
   */
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
  /** Without `tls`: what to do about it with this client. Default: a sentence that fits most. */
  remedy?: string | undefined;
}
