import { TokenEndpointError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';

/**
 * The tokens, with the key they are bound to. With `isDemanded`, an access token of another type than DPoP is discarded: the server
 * left the proof aside, and whoever steals that token can use it. A refresh token that came with it may be bound, and is kept.
 * @throws {TokenEndpointError} `invalid_response` when nothing else came
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-5
 */
export function boundTo(dpopKey: string | undefined, tokens: TokenSet, isDemanded: boolean): TokenSet {
  if (dpopKey === undefined) return tokens;
  const { accessToken, tokenType, refreshToken, refreshTokenExpiresAt, refusal } = tokens;
  const isBound = accessToken === undefined || /^dpop$/i.test(tokenType ?? '');
  if (isBound || !isDemanded) return { ...tokens, dpopKey };
  const unbound = refusal ?? leftUnbound();
  if (refreshToken === undefined) throw unbound;
  return { refreshToken, refreshTokenExpiresAt, dpopKey, refusal: unbound };
}

function leftUnbound(): TokenEndpointError {
  return new TokenEndpointError({
    code: 'invalid_response',
    retryable: false,
    description:
      "it issued a Bearer token, which is bound to no key, and `dpop: true` demands one that is; `dpop: 'optional'` takes both",
  });
}
