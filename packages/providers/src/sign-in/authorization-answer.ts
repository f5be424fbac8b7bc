import { refusedSignIn, SignInError } from './sign-in-error.ts';

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

/**
 * The query of the callback, from a whole address, one without its origin as `request.url` has it, or a query alone.
 * @throws {SignInError} `invalid_callback` if it is none of them
 */
export function callbackQuery(
  callback: string | URL | URLSearchParams,
  redirectUri: string,
): URLSearchParams {
  if (callback instanceof URLSearchParams) return callback;
  const url =
    typeof callback === 'string' || callback instanceof URL ? URL.parse(callback, redirectUri) : null;
  if (url) return url.searchParams;
  throw new SignInError({
    code: 'invalid_callback',
    message:
      'The callback is not an address. Pass the address that the browser asked for, with its query, for instance `request.url`.',
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
  if (stated === undefined) throw new SignInError({ code: 'state_mismatch', message: NO_STATE });
  if (stated !== state) throw new SignInError({ code: 'state_mismatch', message: ANOTHER_STATE });
  const [error, description] = [single(answer, 'error'), single(answer, 'error_description')];
  const [code, issuer] = [single(answer, 'code'), single(answer, 'iss')];
  if (error !== undefined) throw refusedSignIn(error, description, [...secrets, code]);
  if (code !== undefined) return { code, issuer };
  throw new SignInError({ code: 'missing_code', message: NO_CODE });
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
  'The callback carries no `state`, so nothing tells which sign-in it answers. Pass the whole address, with its query; if it was whole, begin a new sign-in.';

const ANOTHER_STATE =
  'The callback belongs to another sign-in: its `state` is not that of `pending`. An old link was opened, or two sign-ins ran in one browser. Begin a new sign-in.';

const NO_CODE =
  'The callback carries neither a code nor an error. Pass the whole address, with its query; if the server answers in the fragment, remove `response_mode` and `response_type` from `parameters`.';
