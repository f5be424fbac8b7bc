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
  const trouble: Trouble = { isCut: false, delayMs: 0, held: new Set() };
  const server = createServer((client) => join(client, connect(targetPort, '127.0.0.1'), sockets, trouble));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const reset = () => {
    for (const socket of sockets) socket.destroy();
    trouble.held.clear();
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
      trouble.isCut = true;
    },
    heal() {
      trouble.isCut = false;
      for (const pass of trouble.held) pass();
      trouble.held.clear();
    },
    reset,
    delay(ms) {
      trouble.delayMs = ms;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** What is wrong with the line now. */
interface Trouble {
  isCut: boolean;
  /** Of answers alone. */
  delayMs: number;
  /** What waits for the end of a cut. */
  held: Set<() => void>;
}

function join(client: Socket, target: Socket, sockets: Set<Socket>, trouble: Trouble): void {
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
  pipeline(client, line(trouble, false), target, end);
  pipeline(target, line(trouble, true), client, end);
}

/** Passes each piece on when the line is whole, after the delay. */
function line(trouble: Trouble, isAnswer: boolean): Transform {
  return new Transform({
    transform(chunk, _encoding, done) {
      const pass = () => done(null, chunk);
      const send = () => (trouble.isCut ? trouble.held.add(pass) : pass());
      if (isAnswer && trouble.delayMs > 0) setTimeout(send, trouble.delayMs);
      else send();
    },
  });
}
