import { subscribe } from 'node:diagnostics_channel';
import { currentBearing } from './bearing-context.ts';
import { quietly } from './quietly.ts';
import type { RequestLog } from './request-log.ts';

interface UndiciRequest {
  origin?: string | URL;
  path: string;
  method: string;
  /** The protocol that is asked for in place of HTTP, as a WebSocket does. */
  upgrade?: unknown;
  /** A text in old versions; names and values in turn in new ones. */
  headers: string | readonly unknown[];
}

interface Message {
  request: UndiciRequest;
  response: { statusCode: number; headers: readonly unknown[] };
  error: unknown;
}

/**
 * Requests of fetch and of all of undici, that of Node and that of npm: both tell of them in the same way.
 * @see https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
 */
export function watchUndici(log: RequestLog): void {
  on('undici:request:create', ({ request }) => {
    // The program did not ask for this: it opens the way through a proxy.
    if (request.method === 'CONNECT' || request.origin === undefined) return;
    log.begin(request, {
      method: request.method,
      origin: String(request.origin),
      path: request.path,
      authorization: headerIn(request.headers, 'authorization'),
      mayUpgrade: Boolean(request.upgrade),
      bearing: currentBearing(),
    });
  });
  on('undici:request:headers', ({ request, response }) =>
    log.answered(request, response.statusCode, (name) => headerIn(response.headers, name)),
  );
  on('undici:request:error', ({ request, error }) => log.failed(request, error));
}

function on(channel: string, hear: (message: Message) => void): void {
  subscribe(
    channel,
    quietly((message) => hear(message as Message)),
  );
}

/** The values of a header, joined as one; undefined where there is none. */
export function headerIn(headers: string | readonly unknown[], name: string): string | undefined {
  const values = typeof headers === 'string' ? fromLines(headers, name) : fromPairs(headers, name);
  return values.length > 0 ? values.join(', ') : undefined;
}

function fromLines(headers: string, name: string): string[] {
  return headers
    .split('\r\n')
    .map((line) => /^([^:]+):\s*(.*)$/.exec(line))
    .flatMap((found) => (found?.[1]?.toLowerCase() === name ? [found[2] as string] : []));
}

function fromPairs(headers: readonly unknown[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (asText(headers[index]).toLowerCase() === name)
      values.push(...[headers[index + 1]].flat().map(asText));
  }
  return values;
}

function asText(part: unknown): string {
  return Buffer.isBuffer(part) ? part.toString('latin1') : String(part);
}
