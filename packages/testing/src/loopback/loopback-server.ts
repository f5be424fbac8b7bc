import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request. If it rejects, the server answers 599 with the error, so that no test takes it for a simulated failure. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** A running server. */
export interface LoopbackServer {
  /** Without a slash at the end. */
  url: string;
  /** The port that it listens on. */
  port: number;
  /** Ends every connection, also those that a test keeps waiting. */
  close(): Promise<void>;
}

/**
 * Starts a plain http server that only this machine can reach.
 * @param port - default 0: any free one
 * @throws the error of `node:http` if the port cannot be listened on
 */
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
