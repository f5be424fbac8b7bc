import { TokenEndpointError } from '@everbearer/core';
import { globalFetch } from '../options/require-option.ts';
import { answered } from './answered.ts';
import { boundedBody } from './bounded-body.ts';
import { brokenReply } from './broken-reply.ts';
import { jsonObjectIn } from './json-object.ts';
import type { KnownServer } from './known-server.ts';
import { type Asked, networkFailure } from './network-failure.ts';
import { contentOf, membersIn } from './reply-content.ts';
import { jsonOf } from './request-parameters.ts';
import { retryAfterMs } from './retry-after.ts';
import { secretsInReply, secretsInRequest } from './secrets-in.ts';
import { type SentOnce, sentOnce } from './sent-once.ts';
import type { TokenReply } from './token-reply.ts';

/** How the parameters of a request are written: as RFC 6749 says, or as a JSON object. */
export type BodyFormat = 'form' | 'json';

/** A form to send, as it is on the wire. */
export interface FormRequest extends Omit<Asked, 'hasAnswered'> {
  fetch: typeof fetch;
  headers?: Readonly<Record<string, string>> | undefined;
  body: URLSearchParams;
  /** How the body is written. Default `form`. */
  format?: BodyFormat | undefined;
  /** What is known of the server; this request adds to it. */
  known?: KnownServer | undefined;
  /** More that no message may quote. */
  secrets?: readonly string[] | undefined;
  signal: AbortSignal;
  /** Called right before the request is sent; what it throws keeps it from being sent. */
  beforeSend?: (() => void) | undefined;
}

/**
 * Posts a form to an endpoint of an authorization server and reads the reply, whatever its status. The form
 * contains secrets, so a redirect is not followed, and they may be single-use, so the runtime sends it once: see
 * {@link sentOnce}. A reply of more than 1 MiB is not read.
 * @throws {TokenEndpointError} `timeout` if the signal ended it, `network`, or `invalid_response` for a redirect or a
 *   reply that is too long
 */
export async function sendForm(request: FormRequest): Promise<TokenReply> {
  const { headers = {}, body: form, secrets = [], signal } = request;
  if (signal.aborted) throw new TokenEndpointError({ code: 'timeout', sent: false });
  const { response, text } = await exchange(request);
  const { status } = response;
  const receivedAt = Date.now();
  const waitMs = retryAfterMs(response.headers, receivedAt);
  if (text === undefined) {
    const description = 'the reply is longer than 1 MiB';
    throw new TokenEndpointError({ code: 'invalid_response', status, description, retryAfterMs: waitMs });
  }
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(response.headers.get('content-type') ?? '');
  const content = contentOf(text, isForm);
  const body = membersIn(content);
  return {
    status,
    headers: response.headers,
    content,
    body,
    receivedAt,
    retryAfterMs: waitMs,
    secrets: [...secretsInRequest(form, headers), ...secrets, ...secretsInReply(content)],
  };
}

/** One request and its reply; `text` is undefined if that is too long. */
async function exchange(request: FormRequest) {
  const { fetch, url, headers, body, format, known, signal, beforeSend } = request;
  const isJson = format === 'json';
  const once: SentOnce = sentOnce(isJson ? jsonOf(body) : body.toString(), fetch === globalFetch);
  try {
    beforeSend?.();
    const sent = fetch(url, {
      ...once.init,
      method: 'POST',
      headers: {
        accept: 'application/json',
        ...headers,
        ...once.headers,
        'content-type': isJson ? JSON_TYPE : FORM,
      },
      body: once.body,
      // Not 'error': that would hide the status, which tells a redirect from a lost reply.
      redirect: 'manual',
      cache: 'no-store',
      signal,
    });
    const response = await answered(sent);
    known?.heard(response.headers, Date.now());
    if (isRedirect(response)) throw refusedRedirect(response);
    return { response, text: await bodyOf(response, signal) };
  } catch (error) {
    throw error instanceof TokenEndpointError
      ? error
      : networkFailure(error, signal, { ...request, hasAnswered: known?.hasAnswered });
  } finally {
    once.release();
  }
}

/** Some replies hold a whole profile beside the tokens. */
const LONGEST_REPLY = 1024 * 1024;

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
const JSON_TYPE = 'application/json';

/**
 * The body. Of one that breaks off, a whole object of JSON may have come all the same: only the end of its transport is
 * missing then, and a refresh token in it is not lost.
 */
function bodyOf(response: Response, signal: AbortSignal): Promise<string | undefined> {
  return boundedBody(response, LONGEST_REPLY, (came, failure) => {
    if (signal.aborted) throw failure;
    if (jsonObjectIn(came)) return came;
    throw brokenReply(response, failure);
  });
}

const isRedirect = ({ status, type }: Response) =>
  type === 'opaqueredirect' || (status >= 300 && status < 400);

function refusedRedirect(response: Response): TokenEndpointError {
  response.body?.cancel().catch(() => undefined);
  return new TokenEndpointError({
    code: 'invalid_response',
    // Browsers hide the number.
    status: response.status || 302,
    retryAfterMs: retryAfterMs(response.headers, Date.now()),
    description: `it redirects to ${targetOf(response)}, and secrets are not sent after a redirect`,
  });
}

/** Where a redirect leads, without its query: that may hold anything. */
function targetOf(response: Response): string {
  try {
    const base = response.url || 'https://invalid';
    const { origin, pathname } = new URL(response.headers.get('location') ?? '', base);
    return response.headers.has('location') ? `${origin}${pathname}`.slice(0, LONGEST_TARGET) : 'elsewhere';
  } catch {
    return 'elsewhere';
  }
}

const LONGEST_TARGET = 100;
