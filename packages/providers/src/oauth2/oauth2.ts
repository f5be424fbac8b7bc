import { AuthError, ConfigurationError, TokenEndpointError } from '@everbearer/core';
import type { ProviderContext, RefreshCredential, TokenSet } from '@everbearer/core/contract';
import { boundTo } from '../dpop/bound-to.ts';
import { newDpopKey } from '../dpop/dpop-key.ts';
import { resourceProver } from '../dpop/resource-prover.ts';
import { providerId } from '../options/provider-id.ts';
import type { ClientCredentialsProvider } from '../sign-in/client-credentials-provider.ts';
import type { SignInProvider } from '../sign-in/sign-in-provider.ts';
import { claimsParameter } from '../wire/claims-parameter.ts';
import { knownServer } from '../wire/known-server.ts';
import type { RequestParameters } from '../wire/request-parameters.ts';
import { tokensOf } from '../wire/tokens-of.ts';
import type { OAuth2Options } from './oauth2-options.ts';
import { type OAuth2Request, oauth2Requests } from './oauth2-request.ts';
import { type OAuth2Settings, oauth2Settings } from './oauth2-settings.ts';
import { oauth2SignIn } from './oauth2-sign-in.ts';
import type { CheckedGrant, OwnGrant } from './own-grant.ts';
import { refusedGrant } from './refused-grant.ts';
import { revocation } from './revocation.ts';
import { serverMetadata } from './server-metadata.ts';

/**
 * Tokens of any OAuth 2.0 authorization server. Say what it does with refresh tokens by `profile`; by default they are
 * taken to be single-use. With `grant: 'client_credentials'`, or a grant of your own, no sign-in is needed, and no refresh token
 * is used.
 *
 * `refresh`, `acquire` and `revoke` throw a TokenEndpointError; `revoke` a ConfigurationError if the server names no
 * revocation endpoint. Without an `issuer`, there is a `revoke` only if `revocationEndpoint` is given.
 * @throws {ConfigurationError} naming the option that is missing, unknown, of the wrong type or unusable
 * @see https://www.rfc-editor.org/rfc/rfc6749
 */
export function oauth2(
  options: OAuth2Options & { grant: 'client_credentials' | OwnGrant },
): ClientCredentialsProvider;
/**
 * Tokens of a person who signs in with `deviceCode()` or `authorizationCode()`.
 * @throws {ConfigurationError} naming the option that is missing, unknown, of the wrong type or unusable
 */
export function oauth2(options: OAuth2Options & { grant?: 'refresh_token' | undefined }): SignInProvider;
export function oauth2(options: OAuth2Options): ClientCredentialsProvider | SignInProvider {
  const settings = oauth2Settings(options);
  const { issuer, endpoints, grant, profile, scopes } = settings;
  const known = knownServer();
  const metadata = serverMetadata(settings, known);
  const request = oauth2Requests(settings, metadata, known);
  const canRevoke = issuer !== undefined || endpoints.revocation_endpoint !== undefined;
  const common = {
    id: idOf(settings),
    profile,
    scopes,
    ...(canRevoke && { revoke: revocation(settings, request) }),
    ...(settings.proofs && { prover: resourceProver() }),
  };
  if (grant !== 'refresh_token') return { ...common, acquire: acquiring(settings, grant, request) };
  return {
    ...common,
    refresh: refreshing(settings, request),
    signIn: oauth2SignIn(settings, metadata, request),
  };
}

function idOf(settings: OAuth2Settings): string {
  const { issuer, endpoints, clientId, grant, proofs, tokenParameters } = settings;
  const own = typeof grant === 'object' ? grant : undefined;
  return providerId({
    issuer,
    tokenEndpoint: endpoints.token_endpoint,
    clientId,
    grant: own?.type ?? (grant as string),
    tokenParameters: { ...tokenParameters, ...own?.identity },
    dpop: proofs !== undefined,
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-6 */
function refreshing(settings: OAuth2Settings, request: OAuth2Request) {
  const { demandsDpop, grantParameters, keep, profile, proofs, replies, scopes, tokenParameters } = settings;
  return async (credential: RefreshCredential, context: ProviderContext): Promise<TokenSet> => {
    const { refreshToken } = credential;
    const key = credential.dpopKey ?? (proofs && (await newDpopKey()));
    // The scopes of the sign-in may be left out, and some servers refuse one of them here (offline_access).
    const isDefault = sameScopes(context.scopes, scopes);
    if (!isDefault && profile.narrowingLasts === true) throw wouldNarrow();
    const parameters = {
      grant_type: 'refresh_token',
      ...tokenParameters,
      ...grantParameters.refresh_token,
      ...(isDefault ? {} : scopeParameter(context.scopes)),
      ...claimsParameter(context.claims),
      refresh_token: refreshToken,
    };
    const reply = await request('token_endpoint', context, { parameters, key });
    const tokens = tokensOf(reply, replies, { scopes: context.scopes, refreshToken, keep });
    return boundTo(key, tokens, demandsDpop);
  };
}

/**
 * A grant that needs no refresh token: client credentials, or one of the user's own.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
function acquiring(
  settings: OAuth2Settings,
  grant: 'client_credentials' | CheckedGrant,
  request: OAuth2Request,
) {
  const { demandsDpop, grantParameters, keep, proofs, replies, tokenParameters } = settings;
  const type = typeof grant === 'object' ? grant.type : grant;
  return async (context: ProviderContext): Promise<TokenSet> => {
    const { scopes, claims } = context;
    const parameters = {
      ...tokenParameters,
      ...scopeParameter(scopes),
      ...grantParameters[type],
      ...(typeof grant === 'object' ? await ownParameters(grant) : {}),
      ...claimsParameter(claims),
      grant_type: type,
    };
    const key = proofs && (await newDpopKey());
    const reply = await request('token_endpoint', context, { parameters, key });
    try {
      return boundTo(key, tokensOf(reply, replies, { scopes, keep }), demandsDpop);
    } catch (error) {
      throw refusedGrant(type, error);
    }
  };
}

/** @throws {TokenEndpointError} when the user's function fails; nothing was sent then */
async function ownParameters(grant: CheckedGrant): Promise<RequestParameters> {
  try {
    return await grant.parameters();
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    const description = '`grant.parameters` failed, so nothing was sent';
    throw new TokenEndpointError({
      code: 'invalid_request',
      sent: false,
      retryable: true,
      description,
      cause,
    });
  }
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
