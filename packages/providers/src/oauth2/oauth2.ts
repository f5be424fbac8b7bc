import { ConfigurationError } from '@everbearer/core';
import type { ProviderContext, RefreshCredential, TokenSet } from '@everbearer/core/contract';
import { clientCredentialsGrantRequest, refreshTokenGrantRequest } from 'oauth4webapi';
import { providerId } from '../options/provider-id.ts';
import type { ClientCredentialsProvider } from '../sign-in/client-credentials-provider.ts';
import type { SignInProvider } from '../sign-in/sign-in-provider.ts';
import { claimsParameter } from '../wire/claims-parameter.ts';
import { tokensOf } from '../wire/tokens-of.ts';
import { type OAuth2Options, type OAuth2Settings, oauth2Settings } from './oauth2-options.ts';
import { type OAuth2Request, oauth2Requests } from './oauth2-request.ts';
import { oauth2SignIn } from './oauth2-sign-in.ts';
import { revocation } from './revocation.ts';
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
  const { issuer, endpoints, clientId, grant, profile, scopes, tokenParameters } = settings;
  const metadata = serverMetadata(settings);
  const request = oauth2Requests(settings, metadata);
  const canRevoke = issuer !== undefined || endpoints.revocation_endpoint !== undefined;
  const common = {
    id: providerId({ issuer, tokenEndpoint: endpoints.token_endpoint, clientId, grant, tokenParameters }),
    profile,
    scopes,
    ...(canRevoke && { revoke: revocation(settings, request) }),
  };
  if (grant === 'client_credentials') return { ...common, acquire: clientCredentials(settings, request) };
  return {
    ...common,
    refresh: refreshing(settings, request),
    signIn: oauth2SignIn(settings, metadata, request),
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-6 */
function refreshing(settings: OAuth2Settings, request: OAuth2Request) {
  const { authentication, scopes, replies, tokenParameters, profile } = settings;
  return async ({ refreshToken }: RefreshCredential, context: ProviderContext): Promise<TokenSet> => {
    // The scopes of the sign-in may be left out, and some servers refuse one of them here (offline_access).
    const isDefault = sameScopes(context.scopes, scopes);
    if (!isDefault && profile.narrowingLasts === true) throw wouldNarrow();
    const asked = isDefault ? {} : scopeParameter(context.scopes);
    const additionalParameters = { ...tokenParameters, ...asked, ...claimsParameter(context.claims) };
    const reply = await request('token_endpoint', context, (server, client, options) =>
      refreshTokenGrantRequest(server, client, authentication, refreshToken, {
        ...options,
        additionalParameters,
      }),
    );
    return tokensOf(reply, replies, { scopes: context.scopes, refreshToken });
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
function clientCredentials(
  { authentication, replies, tokenParameters }: OAuth2Settings,
  request: OAuth2Request,
) {
  return async (context: ProviderContext): Promise<TokenSet> => {
    const { scopes, claims } = context;
    const parameters = { ...tokenParameters, ...scopeParameter(scopes), ...claimsParameter(claims) };
    const reply = await request('token_endpoint', context, (server, client, options) =>
      clientCredentialsGrantRequest(server, client, authentication, parameters, options),
    );
    return tokensOf(reply, replies, { scopes });
  };
}

/** Asked for less, this server would give no more than that from then on, and to everybody. */
function wouldNarrow(): ConfigurationError {
  return new ConfigurationError({
    option: 'scopes',
    message:
      '`scopes` of this ask are not those of the provider, and by `profile.narrowingLasts` its server would narrow the whole session to them. Ask without `scopes`, or use a second provider with a sign-in of its own.',
  });
}

function scopeParameter(scopes: readonly string[]): Record<string, string> {
  return scopes.length > 0 ? { scope: scopes.join(' ') } : {};
}

function sameScopes(a: readonly string[], b: readonly string[]): boolean {
  const wanted = new Set(a);
  return wanted.size === new Set(b).size && b.every((scope) => wanted.has(scope));
}
