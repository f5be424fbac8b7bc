import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { pipeline, Transform } from 'node:stream';

/** Stands between a client and a server on loopback, and spoils what goes through. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** A partition: connections stay open and new ones are taken, but nothing passes, until {@link TcpProxy.heal}. */
  cut(): void;
  heal(): void;
  /** Breaks every connection. */
  reset(): void;
  /** What the server answers comes this much later, from now on. */
  delay(ms: number): void;
  stop(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const held = new Set<() => void>();
  let isCut = false;
  let delayMs = 0;

  /** Passes each piece on when the line is whole, after the delay. */
  const line = (isAnswer: boolean) =>
    new Transform({
      transform(chunk, _encoding, done) {
        const pass = () => done(null, chunk);
        const send = () => (isCut ? held.add(pass) : pass());
        if (isAnswer && delayMs > 0) setTimeout(send, delayMs);
        else send();
      },
    });

  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    for (const socket of [client, target]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => undefined);
    }
    const end = () => {
      client.destroy();
      target.destroy();
    };
    pipeline(client, line(false), target, end);
    pipeline(target, line(true), client, end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const reset = () => {
    for (const socket of sockets) socket.destroy();
    held.clear();
  };
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    reset();
    await closed;
  };
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      isCut = true;
    },
    heal() {
      isCut = false;
      for (const pass of held) pass();
      held.clear();
    },
    reset,
    delay(ms) {
      delayMs = ms;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
