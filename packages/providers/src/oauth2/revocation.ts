import { TokenEndpointError } from '@everbearer/core';
import type { ProviderContext, TokenSet } from '@everbearer/core/contract';
import { type OtherEndpoint, refusalOf, refusedRequest } from '../wire/refusal-of.ts';
import type { OAuth2Request } from './oauth2-request.ts';
import type { OAuth2Settings } from './oauth2-settings.ts';

const REVOCATION: OtherEndpoint = {
  what: 'the revocation',
  endpoint: 'revocation endpoint',
  option: 'revocationEndpoint',
};

type Hint = 'access_token' | 'refresh_token';

/**
 * Revokes the refresh token, then the access token: many servers end both with the first, others leave the access token
 * alive. A refusal of the access token alone is no failure: some servers revoke no access tokens, and some do not know one
 * any more that has ended. An answer of 200 only says that the token does not work now; it may never have been known.
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2
 */
export function revocation({ replies }: OAuth2Settings, request: OAuth2Request) {
  /** Resolves with what went wrong. */
  const revoke = async (
    hint: Hint,
    token: string | undefined,
    { context, key }: Asking,
  ): Promise<unknown> => {
    if (token === undefined) return undefined;
    const parameters = { token, token_type_hint: hint };
    try {
      const reply = await request('revocation_endpoint', context, { parameters, key });
      const isDone = reply.status >= 200 && reply.status < 300;
      return isDone ? undefined : refusedRequest(REVOCATION, refusalOf(reply, replies));
    } catch (error) {
      return error;
    }
  };
  return async (tokens: TokenSet, context: ProviderContext): Promise<void> => {
    const { refreshToken, accessToken, dpopKey: key } = tokens;
    const first = await revoke('refresh_token', refreshToken, { context, key });
    const second = await revoke('access_token', accessToken, { context, key });
    if (first !== undefined && !isGone(first)) throw first;
    if (second !== undefined && !isRefusal(second)) throw second;
  };
}

interface Asking {
  context: ProviderContext;
  /** To which the tokens are bound. */
  key: string | undefined;
}

/** Some servers refuse what RFC 7009 has them answer with 200: a token that they have revoked, or never knew. */
function isGone(error: unknown): boolean {
  if (!isRefusal(error)) return false;
  const { code, description = '' } = error as TokenEndpointError;
  return code === 'invalid_grant' || GONE.test(description);
}

const GONE = /\btoken (?:was |is |has been )?(?:not found|unknown|revoked|expired)\b/i;

/** The server understood and says no, of this token: not now, and not because of who asks. */
function isRefusal(error: unknown): boolean {
  return error instanceof TokenEndpointError && error.status === 400;
}
