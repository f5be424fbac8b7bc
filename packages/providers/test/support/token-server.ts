import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  form: URLSearchParams;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** Texts and buffers are sent as they are, all else as JSON. */
  body?: unknown;
}

export interface TokenServer {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** The newest request. */
  readonly last: SeenRequest;
  /** What the next requests get, in this order; the last answer repeats. `hang`: nothing, ever. */
  answer(...answers: (Answer | 'hang' | ((request: SeenRequest) => Answer))[]): void;
}

/** A server on loopback that answers as it is told and writes down what it was asked. Closed with the test. */
export async function tokenServer(...answers: Parameters<TokenServer['answer']>): Promise<TokenServer> {
  const requests: SeenRequest[] = [];
  let queue = answers;
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, form };
    requests.push(seen);
    const next = queue.length > 1 ? queue.shift() : queue[0];
    if (next === 'hang') return;
    reply(response, typeof next === 'function' ? next(seen) : (next ?? { status: 404, body: {} }));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((closed) => server.close(() => closed()));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get last() {
      const last = requests.at(-1);
      if (!last) throw new Error('Nothing was asked.');
      return last;
    },
    answer(...next) {
      queue = next;
    },
  };
}

function reply(response: ServerResponse, { status = 200, headers = {}, body = {} }: Answer): void {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

/** An unsigned token with these claims. */
export function idToken(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
}

/** An address on loopback where nobody listens. */
export async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((closed) => server.close(() => closed()));
  return `http://127.0.0.1:${port}`;
}
