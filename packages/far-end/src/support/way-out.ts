import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  request as requestOver,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readText } from '@everbearer/testing/loopback-server';

/** Whose certificate a server shows. */
export type Shown = 'good' | 'expired' | 'other-host';

/** A certificate authority as a company has one, and what it signed: for localhost, for localhost until yesterday, for another host. */
export interface CompanyCa extends Disposable {
  /** A file as `NODE_EXTRA_CA_CERTS` names it. */
  readonly file: string;
  certificate(shown: Shown): { key: Buffer; cert: Buffer };
}

const CURVE = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';

export function companyCa(): CompanyCa {
  const directory = mkdtempSync(join(tmpdir(), 'company-ca-'));
  const file = (name: string) => join(directory, name);
  const openssl = (words: string) =>
    execFileSync('openssl', words.split(' '), { cwd: directory, stdio: 'pipe' });
  openssl(`req -x509 ${CURVE} -days 2 -subj /CN=company -keyout ca.key -out ca.pem`);
  openssl(`req ${CURVE} -subj /CN=server -keyout server.key -out request`);
  const sign = (name: Shown, host: string, days: string) => {
    writeFileSync(file('extensions'), `subjectAltName=DNS:${host}\nbasicConstraints=CA:FALSE\n`);
    const by = '-CA ca.pem -CAkey ca.key -CAcreateserial -extfile extensions';
    openssl(`x509 -req -in request ${by} -days ${days} -out ${name}.pem`);
  };
  sign('good', 'localhost', '2');
  sign('expired', 'localhost', '-1');
  sign('other-host', 'elsewhere.example.com', '2');
  return {
    file: file('ca.pem'),
    certificate: (shown) => ({
      key: readFileSync(file('server.key')),
      cert: readFileSync(file(`${shown}.pem`)),
    }),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A server on loopback, until it is disposed of. */
export interface Standing extends AsyncDisposable {
  readonly port: number;
}

async function standing(server: Server, sockets: Set<Socket>): Promise<Standing> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Stands before a server of plain HTTP and speaks TLS for it. */
export function tlsBefore(target: URL, { key, cert }: { key: Buffer; cert: Buffer }): Promise<Standing> {
  const server = createTlsServer({ key, cert }, (request, response) => void hand(target, request, response));
  return standing(server as unknown as Server, new Set());
}

async function hand(target: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { host, 'content-type': type } = request.headers;
  const init = { method: request.method ?? 'GET', headers: type ? { 'content-type': type } : {} };
  const body = await readText(request);
  const answer = await fetch(new URL(request.url ?? '/', target), body ? { ...init, body } : init);
  const text = (await answer.text()).replaceAll(target.origin, `https://${host}`);
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
  response.end(text);
}

/** A proxy: it counts, asks for a name and a password, or says no. */
export interface Proxy extends Standing {
  readonly url: string;
  /** Tunnels that were opened. */
  readonly tunnels: number;
  /** Requests over plain http, which need no tunnel. */
  readonly handedOn: number;
}

function handOn(request: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url = '' } = request;
  const onwards = requestOver(url, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onwards.on('error', () => response.destroy());
  request.pipe(onwards);
}

export async function startProxy(refuses?: 407 | 403): Promise<Proxy> {
  let tunnels = 0;
  let handedOn = 0;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    if (refuses) return response.writeHead(refuses).end();
    handedOn++;
    return handOn(request, response);
  });
  server.on('connect', (request, socket: Socket) => {
    if (refuses) {
      socket.end(`HTTP/1.1 ${refuses} No\r\nProxy-Authenticate: Basic realm="company"\r\n\r\n`);
      return;
    }
    const [host = '', port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      tunnels++;
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const { port, [Symbol.asyncDispose]: dispose } = await standing(server, sockets);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get tunnels() {
      return tunnels;
    },
    get handedOn() {
      return handedOn;
    },
    [Symbol.asyncDispose]: dispose,
  };
}
