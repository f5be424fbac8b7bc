import { subscribe } from 'node:diagnostics_channel';
import { currentBearing } from './bearing-context.ts';
import { quietly } from './quietly.ts';
import type { RequestLog } from './request-log.ts';

interface Message {
  stream: object & { rstCode?: number };
  headers: Readonly<Record<string, string | string[] | number | undefined>>;
  error: unknown;
}

/**
 * Requests of node:http2, where Node tells of them (22.17 and 24.2 on). Those of undici over HTTP/2 were told of already.
 * @see https://nodejs.org/api/diagnostics_channel.html#http2
 */
export function watchHttp2(log: RequestLog): void {
  on('http2.client.stream.created', ({ stream, headers }) => {
    const method = text(headers[':method']) ?? 'GET';
    const origin = `${text(headers[':scheme']) ?? 'https'}://${text(headers[':authority']) ?? text(headers['host'])}`;
    const path = text(headers[':path']) ?? '/';
    if (method === 'CONNECT' || log.isUnderWay(method, origin, path)) return;
    const authorization = text(headers['authorization']);
    log.begin(stream, { method, origin, path, authorization, bearing: currentBearing() });
  });
  on('http2.client.stream.finish', ({ stream, headers }) =>
    log.answered(stream, Number(headers[':status']), (name) => text(headers[name])),
  );
  on('http2.client.stream.error', ({ stream, error }) => log.failed(stream, error));
  on('http2.client.stream.close', ({ stream }) =>
    log.failed(stream, { code: stream.rstCode === 8 ? 'ABORT_ERR' : `HTTP2_RST_${stream.rstCode}` }),
  );
}

function on(channel: string, hear: (message: Message) => void): void {
  subscribe(
    channel,
    quietly((message) => hear(message as Message)),
  );
}

function text(value: string | string[] | number | undefined): string | undefined {
  return value === undefined ? undefined : [value].flat().join(', ');
}
