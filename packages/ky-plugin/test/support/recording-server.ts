import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccessToken } from '@everbearer/core';

/** What the server saw of one request. */
export interface Seen {
  method: string;
  path: string;
  authorization: string | undefined;
  contentType: string | undefined;
  body: string;
  bodyHash: string;
}

export interface RecordingServer extends AsyncDisposable {
  url: string;
  seen: Seen[];
}

/** A loopback server that keeps what it saw; `answer` decides, 200 by default. */
export async function recordingServer(
  answer: (seen: Seen, response: ServerResponse, count: number) => void = () => undefined,
): Promise<RecordingServer> {
  const seen: Seen[] = [];
  async function record(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const entry: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      contentType: request.headers['content-type'],
      body: bytes.toString('utf8'),
      bodyHash: createHash('sha256').update(bytes).digest('hex'),
    };
    seen.push(entry);
    response.setHeader('content-type', 'application/json');
    answer(entry, response, seen.length);
    if (!response.writableEnded)
      response.end(response.statusCode === 200 ? '{"ok":true}' : '{"refused":true}');
  }
  const server = createServer((request, response) => void record(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A source that counts: each rejection brings the next token. */
export function countingSource() {
  let serial = 1;
  const asks: (string | undefined)[] = [];
  return {
    asks,
    get renewals() {
      return serial - 1;
    },
    async getToken(ask?: { rejected?: string | undefined }) {
      asks.push(ask?.rejected);
      if (ask?.rejected === `t${serial}`) serial++;
      return new AccessToken({ token: `t${serial}` });
    },
  };
}
