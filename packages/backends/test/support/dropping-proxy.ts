import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and can lose an answer. */
export interface DroppingProxy extends AsyncDisposable {
  readonly port: number;
  /** The next request that holds these characters reaches the server; its answer is lost, and the connection with it. */
  loseAnswerTo(characters: string): void;
  /** How many answers were lost. */
  readonly lost: number;
}

export async function startDroppingProxy(target: number): Promise<DroppingProxy> {
  let wanted: string | undefined;
  let lost = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    let losing = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (wanted !== undefined && chunk.includes(wanted)) {
        wanted = undefined;
        losing = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!losing) return void client.write(chunk);
      lost++;
      client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    loseAnswerTo(characters) {
      wanted = characters;
    },
    get lost() {
      return lost;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
