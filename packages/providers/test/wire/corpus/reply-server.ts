import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reply } from './reply-row.ts';

export interface ReplyServer {
  readonly url: string;
  /** What every request gets from here on. */
  answer(reply: Reply): void;
  readonly requests: number;
  /** Bytes of an endless body that went out. */
  readonly written: number;
  close(): Promise<void>;
}

/** A server on loopback that sends exactly the bytes it is told to. */
export async function replyServer(): Promise<ReplyServer> {
  let current: Reply = {};
  let requests = 0;
  let written = 0;

  function flood(response: ServerResponse): void {
    const chunk = Buffer.alloc(16_384, 'x');
    const more = () => {
      while (!response.destroyed && written < 256 * 1024 * 1024) {
        written += chunk.byteLength;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.destroy();
    };
    more();
  }

  function send(response: ServerResponse, { status = 200, headers = {}, body = {}, manner }: Reply): void {
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    if (manner === 'early') {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</x>; rel=preload' });
    }
    const length = manner === 'cut' ? { 'content-length': '100000' } : {};
    response.writeHead(status, { 'content-type': 'application/json', ...length, ...headers });
    if (manner === 'endless') flood(response);
    else if (manner === 'cut') response.write(bytes, () => response.destroy());
    else response.end(bytes);
  }

  const server = createServer((request, response) => {
    requests++;
    request.resume().on('end', () => send(response, current));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    answer(reply) {
      current = reply;
      requests = 0;
      written = 0;
    },
    get requests() {
      return requests;
    },
    get written() {
      return written;
    },
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}
