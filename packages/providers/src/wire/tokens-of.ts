import type { TokenSet } from '@everbearer/core/contract';
import { keptMembers } from './kept-members.ts';
import { instantAfter, LONGEST_ACCESS_S, refreshTokenEnd } from './lives.ts';
import { refusalOf } from './refusal-of.ts';
import { missingScopes, scopesIn } from './scopes.ts';
import { serverDateOf } from './server-date.ts';
import { type ReplyRules, type TokenReply, textOf } from './token-reply.ts';

/** What was asked for, so that a reply can be measured by it. */
export interface AskedFor {
  scopes: readonly string[];
  /** The refresh token that was presented. */
  refreshToken?: string | undefined;
  /** Members of the reply that are to be kept beside the tokens. */
  keep?: readonly string[] | undefined;
}

/**
 * The tokens of a reply. Lenient about everything beside the tokens: a strange `expires_in` means an unknown life,
 * and a missing access token is left for the caller to judge. None of it loses a refresh token that came along, not even
 * a refusal: then the tokens are that refresh token, and `refusal` says what was refused.
 * @throws {TokenEndpointError} the reply's own error; `invalid_response` for any other reply without a token
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function tokensOf(reply: TokenReply, rules: ReplyRules, asked?: AskedFor): TokenSet {
  const { status, body, receivedAt } = reply;
  const accessToken = textOf(body?.access_token);
  const refreshToken = textOf(body?.refresh_token);
  const refreshTokenExpiresAt = body && refreshTokenEnd(body, receivedAt);
  const succeeded = status >= 200 && status < 300 && (accessToken ?? refreshToken) !== undefined;
  if (!body || !succeeded) {
    const refusal = refusalOf(reply, rules);
    if (refreshToken === undefined || refreshToken === asked?.refreshToken) throw refusal;
    return withoutUndefined({ refreshToken, refreshTokenExpiresAt, refusal });
  }
  const scopes = scopesIn(body.scope);
  return withoutUndefined({
    accessToken,
    tokenType: tokenTypeOf(body.token_type),
    expiresAt: instantAfter(receivedAt, body.expires_in, LONGEST_ACCESS_S),
    renewAt: instantAfter(receivedAt, body.refresh_in, LONGEST_ACCESS_S),
    refreshToken,
    refreshTokenExpiresAt,
    scopes,
    missingScopes: asked && missingScopes(asked.scopes, scopes),
    kept: asked?.keep && keptMembers(body, asked.keep),
    idToken: textOf(body.id_token),
    user: rules.userOf(body),
    serverDate: serverDateOf(reply.headers),
  });
}

/** Types that ask for a proof with each request: such a token is no bearer token. */
const PROOFS = /^(bearer|dpop|mac|pop|hoba|signature)$/i;

/** Servers name the type after many things (`bot`, `user`, `jwt`, `N_A`). What asks for no proof is sent as Bearer. */
function tokenTypeOf(value: unknown): string | undefined {
  const type = textOf(value);
  return type === undefined || PROOFS.test(type) ? type : 'Bearer';
}

/** What a server did not say is not a member. */
function withoutUndefined(tokens: TokenSet): TokenSet {
  return Object.fromEntries(Object.entries(tokens).filter(([, value]) => value !== undefined));
}
