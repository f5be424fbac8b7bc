import type { TokenSet } from '@everbearer/core/contract';
import { idTokenClaims } from '../wire/id-token.ts';
import { SignInError } from './sign-in-error.ts';

/**
 * The tokens, if their ID token was issued to this client. Ids are compared without regard to case, since those of Entra are
 * written in either.
 * @throws {SignInError} `id_token_mismatch`
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export function withOwnIdToken(tokens: TokenSet, clientId: string): TokenSet {
  const audience = idTokenClaims(tokens.idToken)?.['aud'];
  const isOwn = (one: unknown) => `${one}`.toLowerCase() === clientId.toLowerCase();
  if (audience === undefined || [audience].flat().some(isOwn)) return tokens;
  throw new SignInError({
    code: 'id_token_mismatch',
    message:
      'The ID token was issued to another client: its `aud` does not name `clientId`, so it does not say who signed in here. The tokens were thrown away. Check `clientId` and the token endpoint.',
  });
}
