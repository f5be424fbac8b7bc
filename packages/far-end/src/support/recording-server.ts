import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server saw of one request. */
export interface Seen {
  method: string;
  path: string;
  authorization: string | undefined;
  /** By lower-case name, several of one name joined. */
  headers: Record<string, string>;
  body: string;
  bytes: Buffer;
}

export interface RecordingServer extends AsyncDisposable {
  readonly url: string;
  readonly seen: Seen[];
  readonly authorizations: (string | undefined)[];
}

/** Decides the response; what it leaves open ends as 200. `count` is 1 for the first request. */
export type Answer = (seen: Seen, response: ServerResponse, count: number) => void;

/** A loopback server that keeps what it saw. */
export async function recordingServer(answer: Answer = () => undefined): Promise<RecordingServer> {
  const seen: Seen[] = [];
  async function record(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // The client went away.
    }
    const bytes = Buffer.concat(chunks);
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    const entry: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: bytes.toString('utf8'),
      bytes,
    };
    seen.push(entry);
    answer(entry, response, seen.length);
    if (response.writableEnded || response.statusCode === HANGS) return;
    response.end(response.statusCode === 200 ? 'ok' : `refused ${entry.authorization}`);
  }
  const server = createServer((request, response) => void record(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get authorizations() {
      return seen.map(({ authorization }) => authorization);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const HANGS = 599;

/** Never answers. */
export const hang: Answer = (_seen, response) => {
  response.statusCode = HANGS;
};

/** Rejects every token but these. */
export function only(...tokens: string[]): Answer {
  return ({ authorization }, response) => {
    if (!tokens.some((token) => authorization === `Bearer ${token}`)) response.statusCode = 401;
  };
}

/** Answers the requests with these statuses in turn, and all others with 200. */
export function statuses(...codes: number[]): Answer {
  return (_seen, response, count) => {
    response.statusCode = codes[count - 1] ?? 200;
  };
}

/** Answers with this status and this challenge. */
export function challenging(status: number, challenge: string): Answer {
  return (_seen, response) => {
    response.statusCode = status;
    response.setHeader('www-authenticate', challenge);
  };
}
