import { ConfigurationError } from '@everbearer/core';

/** The redirect address, and what its one answer carries. */
export interface LoopbackOptions {
  /** 0: any free one. */
  port: number;
  path: string;
  /** Tells the answer from stray requests. */
  state: string;
}

/** The listener, until `close()`. */
export interface LoopbackListener {
  readonly port: number;
  /** The query of the one request that carries the state. */
  readonly answer: Promise<URLSearchParams>;
  close(): void;
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Signed in</title>
<p>The sign-in has reached the program. You can close this window.</p>`;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'",
  'cache-control': 'no-store',
  connection: 'close',
};

/**
 * Waits on 127.0.0.1 for the redirect that ends a sign-in in a browser. Other requests (an icon, a web page that
 * tries ports) get 404 and do not end the wait. No part of a request is ever echoed.
 * @throws {ConfigurationError} `port`, if it cannot be listened on
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export async function loopbackListener({ port, path, state }: LoopbackOptions): Promise<LoopbackListener> {
  const { createServer } = await import('node:http');
  const { promise: answer, resolve } = Promise.withResolvers<URLSearchParams>();
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
    const isAnswer =
      request.method === 'GET' && url?.pathname === path && url.searchParams.get('state') === state;
    response.writeHead(isAnswer ? 200 : 404, HEADERS).end(isAnswer ? PAGE : '');
    // The page is on its way by then, or the person has left: `close()` may end the connection.
    if (isAnswer) for (const end of ['finish', 'close']) response.once(end, () => resolve(url.searchParams));
  });
  await new Promise<void>((listening, failed) => {
    server.on('error', (cause) => {
      const message =
        '`port` cannot be listened on: another program may use it. Leave it out for any free one.';
      failed(new ConfigurationError({ option: 'port', message, cause }));
    });
    server.listen(port, '127.0.0.1', listening);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    answer,
    close() {
      server.close();
      // Silent ones too: browsers open connections ahead, and each would keep the process alive.
      server.closeAllConnections();
    },
  };
}
