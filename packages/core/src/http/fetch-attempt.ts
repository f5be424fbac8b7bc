import { abortable } from '../abortable.ts';
import type { Attempt, GuardedCall, Hop } from './attempt.ts';
import { type FetchArguments, shownBy } from './fetch-arguments.ts';
import { headersWith, readHeaders } from './header-init.ts';
import { isForm } from './kept-body.ts';

/** A call of fetch, with what an adapter knows of it. */
export interface FetchCall extends FetchArguments {
  /** The call it belongs to. */
  readonly call: GuardedCall;
  /** What sends. It must take the headers and the `redirect` of the init where the target is a Request. */
  readonly send: (target: string | Request, init: RequestInit | undefined) => Promise<Response>;
}

/** What fetch takes off a request whose body a redirect drops. */
const OF_BODY = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
];
/** What goes to no other origin after a redirect, beside `Authorization`. */
const CREDENTIALS = ['proxy-authorization', 'cookie', 'host', 'dpop'];

/** Each form that is sent has a boundary of its own, which this names. */
const BOUNDARY = 'content-type';

/**
 * The attempt of a client that sends by a function like fetch. The token stands in the init of that send alone, never in a
 * Request that somebody else holds: clients put those into their errors.
 */
export function fetchAttempt({ target, init, kept, call, send }: FetchCall): Attempt {
  const request = typeof target === 'string' ? undefined : target;
  const headers = readHeaders(init?.headers ?? request?.headers);
  // What was checked is what is sent, whatever the caller's object does when it is read again.
  const asItIs = headers ? { ...init, headers } : init;
  const method = init?.method ?? request?.method ?? 'GET';
  const signal = init?.signal === null ? undefined : (init?.signal ?? request?.signal);
  const followed = (init?.redirect ?? request?.redirect ?? 'follow') === 'follow' && showsRedirects();
  let sent = false;
  /** The body for another send; undefined where the init has it, or nothing. */
  let body: BodyInit | undefined = request && kept.init?.body;

  /** The same URL takes a copy of the Request that was kept. Another one takes its bytes, since a Request keeps its URL. */
  async function again(authorization: string | null, hop?: Hop, proof?: string): Promise<Response> {
    const spare = kept.spare?.bodyUsed ? undefined : kept.spare;
    const copy = !hop && request ? spare?.clone() : undefined;
    if (spare && !copy) body = await abortable(spare.arrayBuffer(), signal);
    const next = hop
      ? { ...(request && shownBy(request)), ...init, body: init?.body ?? null, ...changedBy(hop) }
      : { ...init };
    if (body !== undefined && hop?.keepsBody !== false) next.body = body;
    const without = [...(isForm(body) ? [BOUNDARY] : []), ...leftBehindBy(hop)];
    next.headers = headersWith(readHeaders(headers), authorization, { without, proof });
    if (followed) next.redirect = 'manual';
    return send(hop?.url ?? copy ?? target, next);
  }

  return {
    url: request ? request.url : (target as string),
    method,
    authorization: headers instanceof Headers ? headers.get('authorization') : null,
    signal,
    call,
    replayable: kept.replayable,
    followed,
    send(authorization, hop, proof) {
      if (authorization === undefined) return send(target, asItIs);
      if (sent || hop) return again(authorization, hop, proof);
      sent = true;
      const next: RequestInit = { ...init, headers: headersWith(headers, authorization, { proof }) };
      // Without a token of ours the client follows by its own rules.
      if (followed && authorization !== null) next.redirect = 'manual';
      return send(target, next);
    },
    discard: kept.discard,
  };
}

/** What a hop changes of an init. */
function changedBy({ method, keepsBody }: Hop): RequestInit {
  return keepsBody ? { method } : { method, body: null };
}

function leftBehindBy(hop: Hop | undefined): string[] {
  return [...(hop?.crossed ? CREDENTIALS : []), ...(hop?.keepsBody === false ? OF_BODY : [])];
}

/** A page is never shown where a redirect leads, so the platform has to follow it. Servers are, and they have no `location`. */
function showsRedirects(): boolean {
  return (globalThis as { location?: unknown }).location === undefined;
}
