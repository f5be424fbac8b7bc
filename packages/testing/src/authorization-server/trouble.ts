import type { ServerResponse } from 'node:http';
import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import { htmlReply, jsonReply, type Reply, send } from '../loopback/reply.ts';
import { Refusal } from './refusal.ts';

/** What goes wrong with one token request. All of it is JSON, so another process can ask for it. */
export type Trouble = TroubleKind & {
  /** Only for requests of this grant; `revocation` is the revocation endpoint. Default: any token request. */
  grant?:
    | 'device_code'
    | 'authorization_code'
    | 'refresh_token'
    | 'client_credentials'
    | 'revocation'
    | undefined;
};

/** The troubles that there are. */
export type TroubleKind =
  /** 503 (or `status`) with an OAuth error; `asDate` writes Retry-After as an HTTP date. */
  | {
      kind: 'unavailable';
      status?: number | undefined;
      retryAfterSeconds?: number | undefined;
      asDate?: boolean | undefined;
    }
  /** 500 with JSON that has no `error`. */
  | { kind: 'server_error' }
  /** A gateway's 502 page. */
  | { kind: 'html' }
  /** 200 with `{}`. */
  | { kind: 'empty' }
  /** No answer until the client gives up; with `ms`, the ordinary reply after that many milliseconds. */
  | { kind: 'hang'; ms?: number | undefined }
  /** The connection is reset; `processed`: after the tokens were issued, so nobody receives them. */
  | { kind: 'reset'; processed?: boolean | undefined }
  /** The request is processed, and half of the JSON arrives. */
  | { kind: 'truncated' }
  /** An OAuth error; `spends`: the request is processed first, so that a rotated token is lost. */
  | ({ kind: 'error'; spends?: boolean | undefined } & ScriptedError)
  /** Exactly this reply; `spends`: the request is processed first, so that a rotated token is lost. */
  | {
      kind: 'reply';
      status: number;
      body: string;
      headers?: Record<string, string> | undefined;
      spends?: boolean | undefined;
    }
  /** No trouble: one request passes. */
  | { kind: 'pass' };

/** What a scripted OAuth error says. */
export interface ScriptedError {
  /** The `error` of the reply. */
  error: string;
  /** HTTP status. Default 400. */
  status?: number | undefined;
  /** The AADSTS number in the description. Default 70000. */
  code?: number | undefined;
  /** Entra's `suberror`. Default none. */
  suberror?: string | undefined;
  /** A claims challenge: JSON as text. Default none. */
  claims?: string | undefined;
}

const GRANTS: readonly unknown[] = [
  undefined,
  'device_code',
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'revocation',
] satisfies Trouble['grant'][];

/** What each member must be, where it is given. */
const TYPES: Readonly<Record<string, 'number' | 'boolean' | 'string' | 'object'>> = {
  status: 'number',
  retryAfterSeconds: 'number',
  asDate: 'boolean',
  ms: 'number',
  processed: 'boolean',
  error: 'string',
  code: 'number',
  suberror: 'string',
  claims: 'string',
  spends: 'boolean',
  body: 'string',
  headers: 'object',
};

/** Members without which a kind says nothing. */
const NEEDED: Readonly<Partial<Record<TroubleKind['kind'], readonly string[]>>> = {
  error: ['error'],
  reply: ['status', 'body'],
};

/** The members of each kind, besides `kind` and `grant`. */
const MEMBERS: Readonly<Record<TroubleKind['kind'], readonly string[]>> = {
  unavailable: ['status', 'retryAfterSeconds', 'asDate'],
  server_error: [],
  html: [],
  empty: [],
  hang: ['ms'],
  reset: ['processed'],
  truncated: [],
  error: ['error', 'status', 'code', 'suberror', 'claims', 'spends'],
  reply: ['status', 'body', 'headers', 'spends'],
  pass: [],
};

/** Scripted troubles, consumed one by one in the order given. */
export interface TroubleQueue {
  /** @throws {ConfigurationError} naming what is unknown, wrong or missing in a trouble; none is added then */
  script(...troubles: Trouble[]): void;
  clear(): void;
  readonly waiting: number;
  take(grant: string): Trouble | undefined;
}

/** No trouble waits yet. */
export function createTroubleQueue(): TroubleQueue {
  let queue: Trouble[] = [];
  return {
    script(...troubles) {
      for (const trouble of troubles) checkTrouble(trouble);
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

function checkTrouble(trouble: Trouble): void {
  if (typeof trouble !== 'object' || trouble === null)
    throw wrong('trouble', "must be an object: { kind: 'hang' }.");
  if (!Object.hasOwn(MEMBERS, trouble.kind)) {
    const kinds = Object.keys(MEMBERS).join(', ');
    throw wrong('kind', `is not a kind of trouble. Write one of: ${kinds}.`);
  }
  refuseUnknownOptions(trouble, ['kind', 'grant', ...MEMBERS[trouble.kind]], 'script()');
  if (!GRANTS.includes(trouble.grant))
    throw wrong('grant', `is not a grant. Write one of: ${GRANTS.filter(Boolean).join(', ')}.`);
  const needed = NEEDED[trouble.kind] ?? [];
  for (const name of MEMBERS[trouble.kind]) {
    const value = (trouble as unknown as Record<string, unknown>)[name];
    if (value === undefined ? needed.includes(name) : value === null || typeof value !== TYPES[name])
      throw wrong(name, `must be of the type ${TYPES[name]}.`);
  }
}

function wrong(option: string, words: string): ConfigurationError {
  return new ConfigurationError({ option, message: `\`${option}\` ${words}` });
}

/**
 * Answers a request as the trouble says. `process` does the request's work and returns the ordinary reply; `refuse` turns
 * a refusal into a reply.
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

/** The status that a trouble answers with; undefined if it does not answer. */
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

function retryAfter(trouble: {
  retryAfterSeconds?: number | undefined;
  asDate?: boolean | undefined;
}): Record<string, string> {
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

function rawReply({ status, body, headers }: Extract<Trouble, { kind: 'reply' }>): Reply {
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
