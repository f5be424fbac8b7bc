import { TokenEndpointError } from '@everbearer/core';
import type { TokenSet, TokenUser } from '@everbearer/core/contract';
import { serverDateOf } from './server-date.ts';

/** What came back from a token endpoint, before anybody judged it. */
export interface TokenReply {
  readonly status: number;
  readonly headers: Headers;
  /** The members of the body; undefined when it was no JSON object and no form. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly retryAfterMs: number | undefined;
  /** What the request carried and no message may quote. */
  readonly secrets: readonly string[];
}

/** Where servers differ. */
export interface ReplyRules {
  /** The `error` of the reply in the words of the RFCs. */
  codeOf(error: string, body: Readonly<Record<string, unknown>>): string;
  accountOf(body: Readonly<Record<string, unknown>>): TokenUser | undefined;
}

const DAY_S = 24 * 60 * 60;
const LONGEST_ACCESS_S = 366 * DAY_S;
const LONGEST_REFRESH_S = 20 * 366 * DAY_S;

/**
 * The tokens of a reply. Lenient in everything beside the tokens: a strange `expires_in` means an unknown life,
 * a missing access token is left for the caller to judge, and none of it costs the refresh token that came along.
 * @throws {TokenEndpointError} the reply's own error; `invalid_response` for any other reply without a token
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function tokensOf(reply: TokenReply, rules: ReplyRules): TokenSet {
  const { status, body, receivedAt } = reply;
  const accessToken = textOf(body?.access_token);
  const refreshToken = textOf(body?.refresh_token);
  const succeeded = status >= 200 && status < 300 && (accessToken ?? refreshToken) !== undefined;
  if (!body || !succeeded) throw refusalOf(reply, rules);

  const tokenType = textOf(body.token_type);
  const idToken = textOf(body.id_token);
  const scopes = textOf(body.scope)?.split(' ').filter(Boolean);
  const account = rules.accountOf(body);
  const expiresAt = instantAfter(receivedAt, body.expires_in, LONGEST_ACCESS_S);
  const renewAt = instantAfter(receivedAt, body.refresh_in, LONGEST_ACCESS_S);
  const refreshLife = body.refresh_token_expires_in ?? body.refresh_expires_in;
  const refreshTokenExpiresAt = instantAfter(receivedAt, refreshLife, LONGEST_REFRESH_S);
  const serverDate = serverDateOf(reply.headers);
  return {
    ...(accessToken !== undefined && { accessToken }),
    ...(tokenType !== undefined && { tokenType }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(renewAt !== undefined && { renewAt }),
    ...(refreshToken !== undefined && { refreshToken }),
    ...(refreshTokenExpiresAt !== undefined && { refreshTokenExpiresAt }),
    ...(scopes?.length && { scopes }),
    ...(idToken !== undefined && { idToken }),
    ...(account && { account }),
    ...(serverDate !== undefined && { serverDate }),
  };
}

/**
 * The error of a reply that brings no token: its own code where it has one, else `invalid_response`.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function refusalOf(reply: TokenReply, { codeOf }: Pick<ReplyRules, 'codeOf'>): TokenEndpointError {
  const { status, body = {}, retryAfterMs, secrets } = reply;
  const error = textOf(body.error);
  const said =
    error === undefined
      ? 'the reply brings neither a token nor an error code'
      : textOf(body.error_description);
  return new TokenEndpointError({
    code: error === undefined ? 'invalid_response' : codeOf(error, body),
    status,
    secrets,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(said !== undefined && { description: said }),
  });
}

/** A string that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number of seconds, also as text, that is above zero and at most `most`. */
export function secondsOf(value: unknown, most: number): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,12}(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 && seconds <= most ? seconds : undefined;
}

function instantAfter(receivedAt: number, life: unknown, most: number): number | undefined {
  const seconds = secondsOf(life, most);
  return seconds === undefined ? undefined : receivedAt + Math.floor(seconds * 1000);
}
