import type { TokenSet } from '@everbearer/core/contract';
import { idTokenClaims } from '../wire/id-token.ts';
import { SignInError } from './sign-in-error.ts';

/**
 * The tokens, if their ID token was issued to this client, and by this issuer where one is known. Ids are compared without regard to case, since those of Entra are
 * written in either; issuers without `https://` and a slash at the end, since Google's and others' leave them out in tokens.
 * @throws {SignInError} `id_token_mismatch`
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export function withOwnIdToken(tokens: TokenSet, clientId: string, issuer?: string): TokenSet {
  const { aud: audience, iss = issuer } = idTokenClaims(tokens.idToken) ?? {};
  if (issuer !== undefined && bare(iss) !== bare(issuer))
    throw new SignInError({ code: 'id_token_mismatch', message: OTHER_ISSUER });
  const isOwn = (one: unknown) => `${one}`.toLowerCase() === clientId.toLowerCase();
  if (audience === undefined || [audience].flat().some(isOwn)) return tokens;
  throw new SignInError({
    code: 'id_token_mismatch',
    message:
      'The ID token was issued to another client: its `aud` does not name `clientId`, so it does not say who signed in here. The tokens were thrown away. Check `clientId` and the token endpoint.',
  });
}

const bare = (issuer: unknown) => `${issuer}`.replace(/^https:\/\//, '').replace(/\/$/, '');

const OTHER_ISSUER =
  'The ID token was issued by another server: its `iss` is not `issuer`, so it does not say who signed in here. The tokens were thrown away. Check `issuer` and the token endpoint.';
