import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

export interface LoopbackServer {
  /** Without a slash at the end. */
  url: string;
  port: number;
  /** Ends every connection, also those that a script keeps hanging. */
  close(): Promise<void>;
}

/** A plain http server that only this machine can reach. Port 0 takes a free one. */
export async function listenOnLoopback(handler: RequestHandler, port = 0): Promise<LoopbackServer> {
  let url = '';
  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    serve(handler, request, response, url).catch((error: unknown) => fail(response, error));
  });
  // Longer than any pause in a test: a connection that ends while a request is on its way looks like trouble.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  handler: RequestHandler,
  request: IncomingMessage,
  response: ServerResponse,
  base: string,
) {
  if (!URL.canParse(request.url ?? '/', base)) {
    response.writeHead(400).end();
    return;
  }
  await handler(request, response, new URL(request.url ?? '/', base));
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // A mistake in the simulator must not look like a simulated failure.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  response.writeHead(599, { 'content-type': 'text/plain' }).end(`The simulator itself failed: ${text}`);
}

const LARGEST_BODY = 1024 * 1024;

/** The whole body as text; undefined when it is over 1 MiB. */
export async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  return size > LARGEST_BODY ? undefined : Buffer.concat(chunks).toString('utf8');
}

/** The form of a request; undefined when it is none, or names a parameter twice (RFC 6749 section 3.2). */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const text = await readText(request);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  if (text === undefined || !isForm) return undefined;
  const form = new URLSearchParams(text);
  return new Set(form.keys()).size === [...form.keys()].length ? form : undefined;
}

/** A reply before it goes on the wire, so that a script can still spoil it. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

export function htmlReply(status: number, body: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body,
  };
}

export function send(response: ServerResponse, { status, headers, body }: Reply): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
