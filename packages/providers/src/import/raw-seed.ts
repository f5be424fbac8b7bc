import { ConfigurationError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';

/**
 * The refresh token alone, as the read-only backends take it for a seed: the text for an environment variable or a
 * mounted secret; a token that could be taken for something else as JSON. It is the secret itself: write it there and nowhere
 * else.
 * @throws {ConfigurationError} `tokens`, if there is no refresh token: an access token ends within about an hour
 */
export function rawSeed(tokens: TokenSet): string {
  const refreshToken: unknown = tokens?.refreshToken;
  if (typeof refreshToken === 'string' && refreshToken !== '')
    return MISTAKABLE.test(refreshToken) ? JSON.stringify({ refresh_token: refreshToken }) : refreshToken;
  throw new ConfigurationError({
    option: 'tokens',
    message:
      'rawSeed() needs a token set with a `refreshToken`. Sign in with the scope offline_access to get one.',
  });
}

/** A space in it, quotation marks or JSON at the beginning, or the base64 of JSON. */
const MISTAKABLE = / |^["'{[]|^e[yw][^.]*$/;
