import { boundedBody } from '../wire/bounded-body.ts';
import { refusedSignIn, remedyFor, SignInError } from './sign-in-error.ts';

/** What the callback must fit. */
export interface ExpectedAnswer {
  /** The state of the request. */
  state: string;
  /** What must not be quoted from the answer. */
  secrets: readonly (string | undefined)[];
}

/** What the callback brought. */
export interface CodeAnswer {
  /** A secret. */
  code: string;
  issuer: string | undefined;
}

/** Where the browser came back to, in the forms that servers have it in. */
export type SignInCallback = string | URL | URLSearchParams | Request;

/**
 * The answer in a callback: the query of a whole address, or of one without its origin as `request.url` has it in Node; of a
 * Request also its form (`response_mode=form_post`); or a query alone.
 * @throws {SignInError} `invalid_callback` if it is none of them
 */
export async function answerOf(callback: SignInCallback, redirectUri: string): Promise<URLSearchParams> {
  if (callback instanceof URLSearchParams) return callback;
  if (isRequest(callback) && callback.method === 'POST') return formOf(callback);
  const address = isRequest(callback) ? callback.url : hrefOf(callback);
  if (typeof address === 'string' && BARE_QUERY.test(address)) return new URLSearchParams(address);
  const url = typeof address === 'string' ? URL.parse(address, redirectUri) : null;
  if (url) return url.searchParams;
  throw new SignInError({
    code: 'invalid_callback',
    message:
      'The callback is not an address. Pass the address that the browser asked for, with its query, for instance `request.url`; of a query that was taken apart make a URLSearchParams.',
  });
}

/** A query without its question mark: AWS Lambda's `rawQueryString`. */
const BARE_QUERY = /^(?:[\w.-]+=[^&#?]*&)*(?:code|error|state)=[^#?]*$/;

/** Of whatever realm or library it is. */
function isRequest(callback: unknown): callback is Pick<Request, 'url' | 'method'> {
  const { url, method } = (callback ?? {}) as Partial<Request>;
  return typeof url === 'string' && typeof method === 'string';
}

/** The text of an address, of whatever realm or library it is. */
const hrefOf = (address: unknown): unknown => (address as Partial<URL> | null | undefined)?.href ?? address;

/** @see https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html */
async function formOf(request: Partial<Request>): Promise<URLSearchParams> {
  const { body, bodyUsed } = request;
  const form =
    body instanceof ReadableStream && !bodyUsed ? await boundedBody(new Response(body)) : undefined;
  if (form !== undefined) return new URLSearchParams(form);
  throw new SignInError({
    code: 'invalid_callback',
    message:
      'The form of the callback cannot be read: it was read before, is longer than 64 KiB, or stands in a request that is no Request of the web (Express, Fastify, Koa). Pass its fields: new URLSearchParams(request.body).',
  });
}

/**
 * The code in an answer, if it is the answer that is waited for. The state comes first: what another sign-in says is not
 * even read.
 * @throws {SignInError} `state_mismatch`, `invalid_callback`, the server's own error, or `missing_code`
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 */
export function codeAnswer(answer: URLSearchParams, { state, secrets }: ExpectedAnswer): CodeAnswer {
  const stated = single(answer, 'state');
  if (stated === undefined) {
    const message = `${NO_STATE}${errorWithoutState(answer)}`;
    throw new SignInError({ code: 'state_mismatch', message });
  }
  if (stated !== state) throw new SignInError({ code: 'state_mismatch', message: ANOTHER_STATE });
  const [error, description] = [single(answer, 'error'), single(answer, 'error_description')];
  const [code, issuer] = [single(answer, 'code'), single(answer, 'iss')];
  if (error !== undefined) throw refusedSignIn(error, description, [...secrets, code]);
  if (code !== undefined) return { code, issuer };
  throw new SignInError({ code: 'missing_code', message: NO_CODE });
}

/**
 * What a callback without state says of a refusal. Some servers leave the state out then; but anybody can make such a link, so only a code
 * is quoted.
 */
export function errorWithoutState(answer: URLSearchParams): string {
  const error = answer.get('error') ?? '';
  return /^[a-z_]{1,40}$/.test(error) ? ` It says ${error}, though. ${remedyFor(error)}` : '';
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1 */
function single(answer: URLSearchParams, name: string): string | undefined {
  const [value, second] = answer.getAll(name);
  if (second === undefined) return value || undefined;
  throw new SignInError({
    code: 'invalid_callback',
    message: `The callback carries \`${name}\` twice, which no authorization server does. Begin a new sign-in.`,
  });
}

const NO_STATE =
  'The callback carries no `state`, so nothing tells which sign-in it answers. Pass the whole address, with its query; if it was whole, begin a new sign-in. A server that answers in the fragment (behind #) answers the browser alone: remove `response_mode` from `parameters` then.';

const ANOTHER_STATE =
  'The callback belongs to another sign-in: its `state` is not that of `pending`. An old link was opened, or two sign-ins ran in one browser. Begin a new sign-in.';

const NO_CODE =
  'The callback carries neither a code nor an error. Pass the whole address, with its query, and remove `response_mode` and `response_type` from `parameters`.';
