import type { ProviderContext, RefreshCredential, TokenSet } from '@everbearer/core/contract';
import { clientCredentialsGrantRequest, refreshTokenGrantRequest, revocationRequest } from 'oauth4webapi';
import { boundTo, newDpopKey } from '../dpop/dpop-key.ts';
import { createDpopProofs } from '../dpop/dpop-proofs.ts';
import { dpopProver } from '../dpop/dpop-prover.ts';
import { providerId } from '../options/provider-id.ts';
import { OAUTH2_REPLIES } from '../servers/oauth2-reply.ts';
import type { ClientCredentialsProvider } from '../sign-in/client-credentials-provider.ts';
import type { SignInProvider } from '../sign-in/sign-in-provider.ts';
import { claimsParameter } from '../wire/claims-parameter.ts';
import { refusalOf, tokensOf } from '../wire/token-reply.ts';
import { type OAuth2Options, type OAuth2Settings, oauth2Settings } from './oauth2-options.ts';
import { type OAuth2Request, oauth2Requests } from './oauth2-request.ts';
import { oauth2SignIn } from './oauth2-sign-in.ts';
import { serverMetadata } from './server-metadata.ts';

/**
 * Tokens of any OAuth 2.0 authorization server. Say what it does with refresh tokens by `profile`; by default they are
 * taken to be single-use. With `grant: 'client_credentials'` no sign-in is needed, and there is no refresh token.
 *
 * `refresh`, `acquire` and `revoke` throw a TokenEndpointError; `revoke` a ConfigurationError if the server names no
 * revocation endpoint. Without an `issuer`, there is a `revoke` only if `revocationEndpoint` is given.
 * @throws {ConfigurationError} naming the option that is missing, unknown, of the wrong type or unusable
 * @see https://www.rfc-editor.org/rfc/rfc6749
 */
export function oauth2(options: OAuth2Options & { grant: 'client_credentials' }): ClientCredentialsProvider;
/**
 * Tokens of a person who signs in with `deviceCode()` or `authorizationCode()`.
 * @throws {ConfigurationError} naming the option that is missing, unknown, of the wrong type or unusable
 */
export function oauth2(options: OAuth2Options & { grant?: 'refresh_token' | undefined }): SignInProvider;
export function oauth2(options: OAuth2Options): ClientCredentialsProvider | SignInProvider {
  const settings = oauth2Settings(options);
  const { issuer, endpoints, clientId, grant, profile, scopes, tokenParameters, proofs } = settings;
  const metadata = serverMetadata(settings);
  const request = oauth2Requests(settings, metadata);
  const canRevoke = issuer !== undefined || endpoints.revocation_endpoint !== undefined;
  const common = {
    id: providerId({
      issuer,
      tokenEndpoint: endpoints.token_endpoint,
      clientId,
      grant,
      tokenParameters,
      dpop: proofs !== undefined,
    }),
    profile,
    scopes,
    ...(canRevoke && { revoke: revocation(settings, request) }),
    ...(proofs && { prover: resourceProver() }),
  };
  if (grant === 'client_credentials') return { ...common, acquire: clientCredentials(settings, request) };
  return {
    ...common,
    refresh: refreshing(settings, request),
    signIn: oauth2SignIn(settings, metadata, request),
  };
}

/** Resource servers have nonces of their own, also where they share an origin with the authorization server. */
function resourceProver() {
  const proofs = createDpopProofs();
  return (accessToken: string, key: string) => dpopProver(accessToken, key, proofs);
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-6 */
function refreshing(settings: OAuth2Settings, request: OAuth2Request) {
  const { authentication, scopes, tokenParameters, proofs } = settings;
  return async (credential: RefreshCredential, context: ProviderContext): Promise<TokenSet> => {
    const { refreshToken } = credential;
    const dpopKey = credential.dpopKey ?? (proofs && (await newDpopKey()));
    // The scopes of the sign-in may be left out, and some servers refuse one of them here (offline_access).
    const asked = sameScopes(context.scopes, scopes) ? {} : scopeParameter(context.scopes);
    const additionalParameters = { ...tokenParameters, ...asked, ...claimsParameter(context.claims) };
    const reply = await request(
      'token_endpoint',
      context,
      (server, client, options) =>
        refreshTokenGrantRequest(server, client, authentication, refreshToken, {
          ...options,
          additionalParameters,
        }),
      dpopKey,
    );
    return boundTo(dpopKey, tokensOf(reply, OAUTH2_REPLIES));
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
function clientCredentials(settings: OAuth2Settings, request: OAuth2Request) {
  const { authentication, tokenParameters, proofs } = settings;
  return async (context: ProviderContext): Promise<TokenSet> => {
    const { scopes, claims } = context;
    const parameters = { ...tokenParameters, ...scopeParameter(scopes), ...claimsParameter(claims) };
    const dpopKey = proofs && (await newDpopKey());
    const reply = await request(
      'token_endpoint',
      context,
      (server, client, options) =>
        clientCredentialsGrantRequest(server, client, authentication, parameters, options),
      dpopKey,
    );
    return boundTo(dpopKey, tokensOf(reply, OAUTH2_REPLIES));
  };
}

/**
 * Revokes the refresh token, which ends the whole grant at most servers; without one, the access token. An answer of
 * 200 only says that the token does not work now; it may never have been known.
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2
 */
function revocation({ authentication }: OAuth2Settings, request: OAuth2Request) {
  return async (
    { refreshToken, accessToken, dpopKey }: TokenSet,
    context: ProviderContext,
  ): Promise<void> => {
    const token = refreshToken ?? accessToken;
    if (token === undefined) return;
    const hint = refreshToken === undefined ? 'access_token' : 'refresh_token';
    const reply = await request(
      'revocation_endpoint',
      context,
      (server, client, options) =>
        revocationRequest(server, client, authentication, token, {
          ...options,
          additionalParameters: { token_type_hint: hint },
        }),
      dpopKey,
    );
    if (reply.status < 200 || reply.status >= 300) throw refusalOf(reply, OAUTH2_REPLIES);
  };
}

function scopeParameter(scopes: readonly string[]): Record<string, string> {
  return scopes.length > 0 ? { scope: scopes.join(' ') } : {};
}

function sameScopes(a: readonly string[], b: readonly string[]): boolean {
  const wanted = new Set(a);
  return wanted.size === new Set(b).size && b.every((scope) => wanted.has(scope));
}
