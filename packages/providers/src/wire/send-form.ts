import { TokenEndpointError } from '@everbearer/core';
import { globalFetch } from '../options/require-option.ts';
import { boundedBody } from './bounded-body.ts';
import type { JsonObject } from './json-object.ts';
import { networkFailure } from './network-failure.ts';
import { contentOf, membersIn } from './reply-content.ts';
import { retryAfterMs } from './retry-after.ts';
import { type SentOnce, sentOnce } from './sent-once.ts';
import type { TokenReply } from './token-reply.ts';

/** A form to send, as it is on the wire. */
export interface FormRequest {
  fetch: typeof fetch;
  url: string;
  headers?: Readonly<Record<string, string>> | undefined;
  body: URLSearchParams;
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
  const { headers = {}, body: form, signal } = request;
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
    secrets: [...secretsIn(form, headers), ...tokensIn(body)],
  };
}

/** One request and its reply; `text` is undefined if that is too long. */
async function exchange({ fetch, url, headers, body, signal, beforeSend }: FormRequest) {
  const once: SentOnce = sentOnce(body.toString(), fetch === globalFetch);
  try {
    beforeSend?.();
    const response = await fetch(url, {
      ...once.init,
      method: 'POST',
      headers: { accept: 'application/json', ...headers, ...once.headers, 'content-type': FORM },
      body: once.body,
      // Not 'error': that would hide the status, which tells a redirect from a lost reply.
      redirect: 'manual',
      cache: 'no-store',
      signal,
    });
    if (isRedirect(response)) throw refusedRedirect(response);
    return { response, text: await bodyOf(response, signal) };
  } catch (error) {
    throw error instanceof TokenEndpointError ? error : networkFailure(error, signal);
  } finally {
    once.release();
  }
}

/** Some replies hold a whole profile beside the tokens. */
const LONGEST_REPLY = 1024 * 1024;

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';

/** If the body of a refusal breaks off, its status still says what to do. */
async function bodyOf(response: Response, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await boundedBody(response, LONGEST_REPLY);
  } catch (error) {
    if (response.ok || signal.aborted) throw error;
    return '';
  }
}

/** Tokens in the reply itself, which its description might quote. */
function tokensIn(body: JsonObject | undefined): string[] {
  const tokens = [body?.['access_token'], body?.['refresh_token'], body?.['id_token']];
  return tokens.filter((token): token is string => typeof token === 'string' && token !== '');
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
    description: 'it redirects elsewhere, and secrets are not sent after a redirect',
  });
}

const SECRET_PARAMETERS = [
  'refresh_token',
  'client_secret',
  'client_assertion',
  'assertion',
  'code',
  'code_verifier',
  'device_code',
  'token',
];

/** Everything in a request that an error description might echo. */
function secretsIn(body: URLSearchParams, headers: Readonly<Record<string, string>>): string[] {
  const secrets = SECRET_PARAMETERS.map((name) => body.get(name));
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic) {
    const encoded = atob(basic).replace(/^[^:]*:/, '');
    secrets.push(basic, encoded, new URLSearchParams(`secret=${encoded}`).get('secret'));
  }
  return secrets.filter((secret): secret is string => !!secret);
}
