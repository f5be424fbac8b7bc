import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * A server that speaks in lines, on loopback, for one test.
 * @param greeting - what it says first
 * @param answer - what it says to a line; undefined ends the conversation
 */
export async function lineServer(
  greeting: string,
  answer: () => (line: string) => string | undefined,
): Promise<number> {
  const server = createServer((socket) => serve(socket, greeting, answer()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function serve(socket: Socket, greeting: string, answer: (line: string) => string | undefined): void {
  let rest = '';
  socket.on('error', () => undefined);
  socket.write(`${greeting}\r\n`);
  socket.on('data', (chunk) => {
    const lines = (rest + String(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const said = answer(line);
      if (said === undefined) return void socket.end();
      if (said !== '') socket.write(`${said}\r\n`);
    }
  });
}
