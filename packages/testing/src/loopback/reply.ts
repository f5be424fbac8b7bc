import type { ServerResponse } from 'node:http';

/** A reply that is not on the wire yet, so a test can still change it. */
export interface Reply {
  /** HTTP status. */
  status: number;
  /** Headers by lower-case name. `content-length` is added by `send()`. */
  headers: Record<string, string>;
  /** The body as text. */
  body: string;
}

/** A reply with a JSON body that no cache keeps. */
export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

/** A reply with an HTML page that no cache keeps. */
export function htmlReply(status: number, body: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body,
  };
}

/** Sends a reply. Does nothing if the client has gone. */
export function send(response: ServerResponse, { status, headers, body }: Reply): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
