import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '@everbearer/core';

/** What a probe is told: whether all is well, and more for a person. */
export interface Health {
  ok: boolean;
  details: unknown;
}

/**
 * Answers probes on loopback: 200 where all is well, 503 where not. Port 0 takes a free one.
 * @throws {ConfigurationError} when somebody has the port
 */
export async function healthServer(
  port: number,
  look: () => Promise<Health>,
): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => void answer(request, response, look));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: { code?: string }) => {
    const message = `Port ${port} cannot be used (${error.code}). Give another: --health-port PORT`;
    throw new ConfigurationError({ option: '--health-port', message, cause: error });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  look: () => Promise<Health>,
): Promise<void> {
  // A page of elsewhere whose name points to loopback asks under that name.
  const isHere = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '');
  if (!isHere || request.method !== 'GET' || request.url !== '/health') {
    response.writeHead(404).end();
    return;
  }
  const { ok, details } = await look().catch(() => ({ ok: false, details: { level: 'cannot_tell' } }));
  response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(details)}\n`);
}
