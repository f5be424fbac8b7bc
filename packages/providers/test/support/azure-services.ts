import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { makePemFiles } from './pem-files.ts';

/** One request that a service got. */
export interface AzureRequest {
  method: string;
  path: string;
  authorization: string | undefined;
  form: URLSearchParams;
}

export interface AzureAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

const files = makePemFiles();

/** Azure's clients send tokens over TLS alone, and trust what is handed to them as `tlsOptions`. */
export const tlsOptions = { ca: files.certificate };

/** A service on loopback over TLS. Closed with the test. */
export async function azureService(answer: (request: AzureRequest) => AzureAnswer) {
  const requests: AzureRequest[] = [];
  const server = createServer({ cert: files.certificate, key: files.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const seen = { method, path, authorization: headers.authorization, form };
      requests.push(seen);
      const { status = 200, headers: own = {}, body = '' } = answer(seen);
      response.writeHead(status, { 'content-type': 'application/json', ...own }).end(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((closed) => server.close(() => closed()));
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
