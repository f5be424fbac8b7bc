import { ConfigurationError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { requireMembers } from '../options/require-option.ts';

const MEMBERS = /* @__PURE__ */ Object.keys({
  accessToken: true,
  tokenType: true,
  dpopKey: true,
  expiresAt: true,
  renewAt: true,
  refreshToken: true,
  refreshTokenExpiresAt: true,
  scopes: true,
  idToken: true,
  user: true,
  serverDate: true,
  kept: true,
  missingScopes: true,
  refusal: true,
} satisfies Record<keyof TokenSet, true>);

/**
 * The refresh token alone, as the read-only backends take it for a seed: the text for an environment variable or a
 * mounted secret; a token that could be taken for something else, or is bound to a key, as JSON. It is the secret itself: write it there and nowhere
 * else.
 * @throws {ConfigurationError} `tokens`, if there is no refresh token: an access token ends within about an hour; or the
 * member of it that is unknown
 */
export function rawSeed(tokens: TokenSet): string {
  if (typeof tokens === 'object' && tokens !== null && 'refresh_token' in tokens) {
    throw new ConfigurationError({
      option: 'tokens',
      message:
        '`tokens` is a token response, in snake_case. Pass fromTokenResponse(tokens), of @everbearer/providers/sign-in.',
    });
  }
  requireMembers('rawSeed()', tokens, MEMBERS, '{ refreshToken }', 'tokens');
  const { refreshToken, dpopKey } = tokens;
  if (typeof refreshToken === 'string' && refreshToken !== '')
    return dpopKey !== undefined || MISTAKABLE.test(refreshToken)
      ? JSON.stringify({ refresh_token: refreshToken, dpop_key: dpopKey })
      : refreshToken;
  throw new ConfigurationError({
    option: 'tokens',
    message:
      'rawSeed() needs a token set with a `refreshToken`. Sign in with the scope offline_access to get one.',
  });
}

/** A space in it, quotation marks or JSON at the beginning, or the base64 of JSON. */
const MISTAKABLE = / |^["'{[]|^e[yw][^.]*$/;
