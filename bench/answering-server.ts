import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/* A process of its own, so that its work is not counted with the client's: 1 KB of JSON to every request. */
const body = JSON.stringify({ value: 'x'.repeat(1_000) });
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
