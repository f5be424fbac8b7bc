import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Bearing, currentBearing } from './bearing-context.ts';
import { quietly } from './quietly.ts';
import type { RequestLog } from './request-log.ts';

interface Message {
  request: ClientRequest;
  response: IncomingMessage;
  error: unknown;
}

/**
 * Requests of node:http and node:https, and of what is built on them: axios, got, msal's old versions.
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
export function watchHttp(log: RequestLog): void {
  // A request starts where its socket is ready, which may be in the time of another one.
  const bearings = new WeakMap<object, Bearing | undefined>();
  const begin = (request: ClientRequest): void => {
    if (log.knows(request) || request.method === 'CONNECT') return;
    const authorization = request.getHeader('authorization');
    log.begin(request, {
      method: request.method,
      origin: `${request.protocol}//${String(request.getHeader('host') ?? request.host)}`,
      path: request.path,
      authorization: authorization === undefined ? undefined : [authorization].flat().join(', '),
      mayUpgrade: request.hasHeader('upgrade'),
      bearing: bearings.has(request) ? bearings.get(request) : currentBearing(),
    });
  };
  on('http.client.request.created', ({ request }) => bearings.set(request, currentBearing()));
  on('http.client.request.start', ({ request }) => begin(request));
  const answered = new WeakSet<object>();
  on('http.client.response.finish', ({ request, response }) => {
    answered.add(request);
    log.answered(request, response.statusCode ?? 0, (name) => joined(response.headers[name]));
  });
  on('http.client.request.error', ({ request, error }) => {
    // One that never had a connection did not start.
    if (!answered.has(request)) begin(request);
    log.failed(request, error);
  });
}

function on(channel: string, hear: (message: Message) => void): void {
  subscribe(
    channel,
    quietly((message) => hear(message as Message)),
  );
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
