import type { Server } from 'node:http';
import { ConfigurationError } from '@everbearer/core';
import type { LoopbackAddress } from './loopback-address.ts';

/** The listener, until `close()`. */
export interface LoopbackListener {
  readonly port: number;
  /** The query of the one request that carries the state. Others do not end the wait. */
  answer(state: string): Promise<URLSearchParams>;
  /** The query of the last answer that did not carry the state: of another sign-in, or of a server that leaves it out. */
  readonly stray: URLSearchParams | undefined;
  close(): void;
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Sign-in</title>
<p>The answer of the server has reached the program. You can close this window.</p>`;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'",
  'cache-control': 'no-store',
  connection: 'close',
};

/** Of a port that is free on one address, how often another one is looked for. */
const MOST_PORTS = 10;

/**
 * Waits on loopback for the redirect that ends a sign-in in a browser; for `localhost` on both addresses that it may stand
 * for. Other requests (an icon, a web page that tries ports) get 404 and do not end the wait. No part of a request is ever
 * echoed.
 * @throws {ConfigurationError} `redirectUri`, if it cannot be listened on
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export async function loopbackListener({ port, path, hosts }: LoopbackAddress): Promise<LoopbackListener> {
  const { createServer } = await import('node:http');
  const { promise: answered, resolve } = Promise.withResolvers<URLSearchParams>();
  let expected: string | undefined;
  let stray: URLSearchParams | undefined;
  const newServer = () =>
    createServer((request, response) => {
      const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
      const query = url?.pathname === path && request.method === 'GET' ? url.searchParams : undefined;
      const isAnswer = query !== undefined && expected !== undefined && query.get('state') === expected;
      if (!isAnswer && (query?.has('error') || query?.has('code'))) stray = query;
      response.writeHead(isAnswer ? 200 : 404, HEADERS).end(isAnswer ? PAGE : '');
      // The page is on its way by then, or the person has left: `close()` may end the connection.
      if (isAnswer) for (const end of ['finish', 'close']) response.once(end, () => resolve(query));
    });
  const listening = await listenOnAll({ port, hosts, newServer });
  return {
    port: listening.port,
    answer(state) {
      expected = state;
      return answered;
    },
    get stray() {
      return stray;
    },
    close: () => closeAll(listening.servers),
  };
}

interface Listening {
  port: number;
  servers: readonly Server[];
}

interface Wanted extends Pick<LoopbackAddress, 'port' | 'hosts'> {
  newServer(): Server;
}

/** One server an address, all on one port. A machine without IPv6 has one less. */
async function listenOnAll({ port, hosts, newServer }: Wanted): Promise<Listening> {
  for (let tries = 1; ; tries++) {
    const servers: Server[] = [];
    let chosen = port;
    try {
      for (const host of hosts) {
        const server = newServer();
        const bound = await listen(server, chosen, host);
        if (bound === undefined) continue;
        servers.push(server);
        chosen = bound;
      }
      if (servers.length > 0) return { port: chosen, servers };
    } catch (cause) {
      closeAll(servers);
      // Free on the one address and taken on the other.
      if (port === 0 && servers.length > 0 && tries < MOST_PORTS) continue;
      throw cannotListen(cause);
    }
    throw cannotListen(undefined);
  }
}

const NO_SUCH_ADDRESS: ReadonlySet<unknown> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** The port; undefined if this machine has no such address. */
function listen(server: Server, port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) =>
      NO_SUCH_ADDRESS.has(error.code) ? resolve(undefined) : reject(error),
    );
    server.listen({ port, host, ipv6Only: host === '::1' }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function closeAll(servers: readonly Server[]): void {
  for (const server of servers) {
    server.close();
    // Silent ones too: browsers open connections ahead, and each would keep the process alive.
    server.closeAllConnections();
  }
}

function cannotListen(cause: unknown): ConfigurationError {
  return new ConfigurationError({
    option: 'redirectUri',
    message:
      '`redirectUri` cannot be listened on: another program may use its port, or this machine has no such address. Leave the port out for any free one.',
    cause,
  });
}
