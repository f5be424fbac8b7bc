import type { ServerResponse } from 'node:http';
import { htmlReply, jsonReply, type Reply, send } from '../loopback/reply.ts';
import { Refusal } from './refusal.ts';
import type { ScriptedError, Trouble } from './trouble.ts';

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
