import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** A server of static files, on this machine alone. */
export interface FolderServer {
  url: string;
  close(): Promise<void>;
}

/** Serves a folder on loopback. Port 0 takes a free one. */
export async function serveFolder(folder: string, port = 0): Promise<FolderServer> {
  const server: Server = createServer((request, response) => void answer(folder, request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = await fileAt(folder, request.url ?? '/');
  const type = TYPES[extname(path ?? '.html')] ?? 'application/octet-stream';
  // The names of assets change with what is in them.
  const keep = path?.startsWith(join(folder, 'assets')) ? 'max-age=31536000, immutable' : 'no-cache';
  response.writeHead(path ? 200 : 404, { 'content-type': type, 'cache-control': keep });
  createReadStream(path ?? join(folder, '404.html'))
    .on('error', () => response.end())
    .pipe(response);
}

/** The file that an address means; undefined where there is none, and for whatever lies outside. */
async function fileAt(folder: string, url: string): Promise<string | undefined> {
  try {
    const { pathname } = new URL(url, 'http://127.0.0.1');
    const path = join(folder, normalize(decodeURIComponent(pathname)));
    const file = path.endsWith('/') ? join(path, 'index.html') : path;
    return (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}
