import type { ServerResponse } from 'node:http';
import { htmlReply, jsonReply, type Reply, send } from '../loopback/reply.ts';
import { Refusal } from './refusal.ts';

/** What goes wrong with one token request. All of it is JSON, so that it can be asked for from another process. */
export type Trouble = TroubleKind & {
  /** Only for requests of this grant (`revocation` names the revocation endpoint). Default: any token request. */
  grant?: 'device_code' | 'authorization_code' | 'refresh_token' | 'client_credentials' | 'revocation';
};

export type TroubleKind =
  /** 503 (or 429, 500, ...) with an OAuth error; `asDate` writes Retry-After as an HTTP date. */
  | { kind: 'unavailable'; status?: number; retryAfterSeconds?: number; asDate?: boolean }
  /** 500 with JSON that has no `error`. */
  | { kind: 'server_error' }
  /** A gateway's 502 page. */
  | { kind: 'html' }
  /** 200 with `{}`. */
  | { kind: 'empty' }
  /** No answer until the client gives up; with `ms`, the ordinary reply after that time. */
  | { kind: 'hang'; ms?: number }
  /** The connection is reset; `processed`: after the tokens were issued, so that nobody has them. */
  | { kind: 'reset'; processed?: boolean }
  /** The request is processed, and half of the JSON arrives. */
  | { kind: 'truncated' }
  /** An OAuth error; `spends`: although the request was processed. */
  | ({ kind: 'error'; spends?: boolean } & ScriptedError)
  /** This very reply; `spends`: although the request was processed. */
  | { kind: 'reply'; status: number; body: string; headers?: Record<string, string>; spends?: boolean }
  /** No trouble: lets one request through. */
  | { kind: 'pass' };

export interface ScriptedError {
  error: string;
  status?: number;
  code?: number;
  suberror?: string;
  claims?: string;
}

/** Scripted troubles, consumed one by one in the order given. */
export interface TroubleQueue {
  script(...troubles: Trouble[]): void;
  clear(): void;
  readonly waiting: number;
  take(grant: string): Trouble | undefined;
}

export function createTroubleQueue(): TroubleQueue {
  let queue: Trouble[] = [];
  return {
    script(...troubles) {
      queue.push(...troubles);
    },
    clear() {
      queue = [];
    },
    get waiting() {
      return queue.length;
    },
    take(grant) {
      const index = queue.findIndex(({ grant: only }) => (only ? only === grant : grant !== 'revocation'));
      return index < 0 ? undefined : queue.splice(index, 1)[0];
    },
  };
}

/**
 * Answers a request as the trouble has it. `process` does the request's work and returns the ordinary
 * reply; `refuse` turns a refusal into one.
 */
export async function performTrouble(
  trouble: Trouble,
  response: ServerResponse,
  process: () => Reply,
  refuse: (refusal: Refusal) => Reply,
): Promise<void> {
  switch (trouble.kind) {
    case 'hang':
      await closedOrAfter(response, trouble.ms);
      return response.destroyed ? undefined : send(response, process());
    case 'reset':
      if (trouble.processed) process();
      response.socket?.resetAndDestroy();
      return;
    case 'truncated': {
      const reply = process();
      return send(response, { ...reply, body: reply.body.slice(0, reply.body.length / 2) });
    }
    case 'error':
    case 'reply':
      if (trouble.spends) process();
      return send(response, trouble.kind === 'error' ? refuse(refusalOf(trouble)) : rawReply(trouble));
    case 'pass':
      return send(response, process());
    default:
      return send(response, unavailableReply(trouble, refuse));
  }
}

/** The status a trouble answers with, where it answers. */
export function troubleStatus(trouble: Trouble): number | undefined {
  if (trouble.kind === 'unavailable') return trouble.status ?? 503;
  if (trouble.kind === 'error') return trouble.status ?? 400;
  if (trouble.kind === 'reply') return trouble.status;
  return {
    server_error: 500,
    html: 502,
    empty: 200,
    truncated: 200,
    hang: undefined,
    reset: undefined,
    pass: 200,
  }[trouble.kind];
}

function unavailableReply(
  trouble: Extract<Trouble, { kind: 'unavailable' | 'server_error' | 'html' | 'empty' }>,
  refuse: (refusal: Refusal) => Reply,
): Reply {
  switch (trouble.kind) {
    case 'server_error':
      return jsonReply(500, { message: 'An unexpected error occurred.' });
    case 'html':
      return htmlReply(
        502,
        '<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>',
      );
    case 'empty':
      return jsonReply(200, {});
    default: {
      const status = trouble.status ?? 503;
      const text = 'The service is temporarily unavailable.';
      const reply = refuse(new Refusal({ error: 'temporarily_unavailable', code: 90033, text, status }));
      return { ...reply, headers: { ...reply.headers, ...retryAfter(trouble) } };
    }
  }
}

function retryAfter(trouble: { retryAfterSeconds?: number; asDate?: boolean }): Record<string, string> {
  const { retryAfterSeconds: seconds, asDate } = trouble;
  if (seconds === undefined) return {};
  return { 'retry-after': asDate ? new Date(Date.now() + seconds * 1000).toUTCString() : String(seconds) };
}

function refusalOf({ error, status, code, suberror, claims }: ScriptedError): Refusal {
  return new Refusal({
    error,
    code: code ?? 70000,
    text: 'This answer was scripted.',
    ...(status !== undefined && { status }),
    ...(suberror !== undefined && { suberror }),
    ...(claims !== undefined && { claims }),
  });
}

function rawReply({
  status,
  body,
  headers,
}: {
  status: number;
  body: string;
  headers?: Record<string, string>;
}) {
  return { status, body, headers: { 'content-type': 'application/json', ...headers } };
}

/** Resolves when the client has gone, or after `ms`. */
function closedOrAfter(response: ServerResponse, ms: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
