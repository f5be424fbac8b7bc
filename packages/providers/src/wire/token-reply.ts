import { TokenEndpointError } from '@everbearer/core';
import type { TokenSet, TokenUser } from '@everbearer/core/contract';
import type { JsonObject } from './json-object.ts';
import { serverDateOf } from './server-date.ts';

/** What came back from a token endpoint, not judged yet. */
export interface TokenReply {
  readonly status: number;
  readonly headers: Headers;
  /** The members of the body; undefined if it was neither a JSON object nor a form. */
  readonly body: JsonObject | undefined;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly retryAfterMs: number | undefined;
  /** What the request carried and no message may quote. */
  readonly secrets: readonly string[];
}

/** An error in the words of the RFCs, by which core decides. */
export interface RefusalWords {
  code: string;
  /** What the server itself calls it, if that is something else; kept in the description. */
  serverCode?: string | undefined;
  /** With `invalid_grant`: the refresh token may work again. */
  passes?: boolean | undefined;
  /** In place of the reply's own description. */
  description?: string | undefined;
}

/** Where servers differ. */
export interface ReplyRules {
  /** The `error` of the reply in the words of the RFCs. */
  wordsOf(error: string, body: JsonObject): RefusalWords;
  /** Whose tokens they are, as far as the reply says. */
  userOf(body: JsonObject): TokenUser | undefined;
}

const DAY_S = 24 * 60 * 60;
const LONGEST_ACCESS_S = 366 * DAY_S;
const LONGEST_REFRESH_S = 20 * 366 * DAY_S;

/**
 * The tokens of a reply. Lenient about everything beside the tokens: a strange `expires_in` means an unknown life,
 * and a missing access token is left for the caller to judge. None of it loses a refresh token that came along.
 * @throws {TokenEndpointError} the reply's own error; `invalid_response` for any other reply without a token
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function tokensOf(reply: TokenReply, rules: ReplyRules): TokenSet {
  const { status, body, receivedAt } = reply;
  const accessToken = textOf(body?.access_token);
  const refreshToken = textOf(body?.refresh_token);
  const succeeded = status >= 200 && status < 300 && (accessToken ?? refreshToken) !== undefined;
  if (!body || !succeeded) throw refusalOf(reply, rules);
  const scopes = textOf(body.scope)?.split(' ').filter(Boolean);
  const refreshLife = body.refresh_token_expires_in ?? body.refresh_expires_in;
  return withoutUndefined({
    accessToken,
    tokenType: textOf(body.token_type),
    expiresAt: instantAfter(receivedAt, body.expires_in, LONGEST_ACCESS_S),
    renewAt: instantAfter(receivedAt, body.refresh_in, LONGEST_ACCESS_S),
    refreshToken,
    refreshTokenExpiresAt: instantAfter(receivedAt, refreshLife, LONGEST_REFRESH_S),
    scopes: scopes?.length ? scopes : undefined,
    idToken: textOf(body.id_token),
    user: rules.userOf(body),
    serverDate: serverDateOf(reply.headers),
  });
}

/** What a server did not say is not a member. */
function withoutUndefined(tokens: TokenSet): TokenSet {
  return Object.fromEntries(Object.entries(tokens).filter(([, value]) => value !== undefined));
}

/**
 * The error of a reply that brings no token: its own code if it has one, else `invalid_response`.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function refusalOf(reply: TokenReply, { wordsOf }: Pick<ReplyRules, 'wordsOf'>): TokenEndpointError {
  const { status, body = {}, retryAfterMs, secrets } = reply;
  const error = textOf(body.error);
  if (error === undefined) {
    const description = 'the reply contains neither a token nor an error code';
    return new TokenEndpointError({ code: 'invalid_response', status, secrets, retryAfterMs, description });
  }
  const { code, serverCode, passes, description: words } = wordsOf(error, body);
  const said = [serverCode, words ?? textOf(body.error_description)].filter((part) => part !== undefined);
  const description = said.length > 0 ? said.join(': ') : undefined;
  return new TokenEndpointError({ code, status, passes, secrets, retryAfterMs, description });
}

/** A string that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number of seconds, also as text, that is above zero and at most `longest`. */
export function secondsOf(value: unknown, longest: number): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,12}(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 && seconds <= longest ? seconds : undefined;
}

function instantAfter(receivedAt: number, life: unknown, longest: number): number | undefined {
  const seconds = secondsOf(life, longest);
  return seconds === undefined ? undefined : receivedAt + Math.floor(seconds * 1000);
}
