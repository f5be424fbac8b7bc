import dns, { type LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';

/** A request as it arrived, wherever that was. */
export interface Arrival {
  /** Host and port that it was meant for, as its `Host` says. */
  authority: string;
  path: string;
  authorization: string | undefined;
  /** Everything else of it. */
  rest: string;
}

export interface Receivers extends AsyncDisposable {
  readonly port: number;
  readonly otherPort: number;
  /** What arrived since the last look. */
  take(): Arrival[];
}

const ADDRESSES = ['127.0.0.1', '127.0.0.2', '::1'];

/**
 * Servers on two ports of several loopback addresses, and every host name leads there: whatever leaves for
 * anywhere is received and kept. A path `/status/location` is answered so: `/302/http%3A%2F%2Fa.example`.
 */
export async function receivers(): Promise<Receivers> {
  let arrivals: Arrival[] = [];
  const servers: ReturnType<typeof createServer>[] = [];
  async function listen(host: string, port: number): Promise<number> {
    const server = createServer((request, response) => {
      const { authorization, host: authority = '', ...headers } = request.headers;
      const { url: path = '' } = request;
      arrivals.push({ authority, path, authorization, rest: JSON.stringify([path, headers]) });
      const [, status, location] = /^\/(\d{3})\/(.*)$/.exec(path) ?? [];
      response.statusCode = Number(status ?? 200);
      if (location) response.setHeader('location', decodeURIComponent(location));
      response.end();
    });
    servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  const ports: number[] = [];
  for (let n = 0; n < 2; n++) {
    const [first = '', ...others] = ADDRESSES;
    const port = await listen(first, 0);
    for (const host of others) await listen(host, port);
    ports.push(port);
  }
  const lookup = (_host: string, options: { all?: boolean }, done: (...result: unknown[]) => void) => {
    const found: LookupAddress = { address: '127.0.0.1', family: 4 };
    if (options.all) done(null, [found]);
    else done(null, found.address, found.family);
  };
  // Only now: `listen` asks it too.
  const resolving = vi.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);

  const [port = 0, otherPort = 0] = ports;
  return {
    port,
    otherPort,
    take: () => arrivals.splice(0),
    async [Symbol.asyncDispose]() {
      resolving.mockRestore();
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      arrivals = [];
    },
  };
}
