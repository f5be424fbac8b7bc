import type {
  ProviderContext,
  ProviderProfile,
  RefreshCredential,
  TokenSet,
} from '@everbearer/core/contract';
import { providerId } from '../options/provider-id.ts';
import { ENTRA_PROFILE } from '../servers/entra-profile.ts';
import { ENTRA_REPLIES } from '../servers/entra-reply.ts';
import type { ClientCredentialsProvider } from '../sign-in/client-credentials-provider.ts';
import { claimsParameter } from '../wire/claims-parameter.ts';
import { tokensOf } from '../wire/tokens-of.ts';
import { refuseOtherClouds } from './microsoft-clouds.ts';
import { type MicrosoftOptions, type MicrosoftSettings, microsoftSettings } from './microsoft-options.ts';
import { microsoftSignIn } from './microsoft-sign-in.ts';
import { msalCall } from './msal-call.ts';
import { type MicrosoftProvider, onBehalfOf } from './on-behalf-of.ts';

/**
 * Tokens of Microsoft Entra ID, through `@azure/msal-node` (an optional peer, loaded at the first request). With
 * `grant: 'client_credentials'` the application acts as itself: no sign-in is needed, and there is no refresh token.
 * Entra has no RFC 7009 endpoint, so there is no `revoke`.
 *
 * `refresh` and `acquire` throw a TokenEndpointError; a ConfigurationError if `@azure/msal-node` is missing, or if a
 * scope asked for is one of another cloud's Graph.
 * @throws {ConfigurationError} naming the option that is missing, unknown, of the wrong type or unusable
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token
 */
export function microsoft(
  options: MicrosoftOptions & { grant: 'client_credentials' },
): ClientCredentialsProvider;
/**
 * Tokens of a person who signs in with `beginSignIn()`, `authorizationCode()` or `deviceCode()`, or who called an API of
 * yours (`onBehalfOf`).
 * @throws {ConfigurationError} naming the option that is missing, unknown, of the wrong type or unusable
 */
export function microsoft(
  options: MicrosoftOptions & { grant?: 'refresh_token' | undefined },
): MicrosoftProvider;
export function microsoft(options: MicrosoftOptions): ClientCredentialsProvider | MicrosoftProvider {
  const settings = microsoftSettings(options);
  const { tenantId, clientId, scopes, grant, endpoints } = settings;
  const common = {
    // By the address that is really asked: records made at a simulator are never taken for those of the real tenant.
    id: providerId({ tokenEndpoint: endpoints.token, tenant: tenantId, clientId, grant }),
    profile: settings.singlePageOrigin === undefined ? ENTRA_PROFILE : SINGLE_PAGE,
    scopes,
  };
  if (grant === 'client_credentials') return { ...common, acquire: (context) => acquire(settings, context) };
  return {
    ...common,
    refresh: (credential, context) => refresh(settings, credential, context),
    signIn: microsoftSignIn(settings),
    onBehalfOf: (flow) => onBehalfOf(settings, flow),
  };
}

/** A new refresh token with each use, all of which end 24 hours after the sign-in. */
const SINGLE_PAGE: ProviderProfile = /* @__PURE__ */ (() => ({
  ...ENTRA_PROFILE,
  refreshTokenLifetimeMs: 24 * 60 * 60_000,
  slidingWindow: false,
}))();

async function refresh(
  settings: MicrosoftSettings,
  { refreshToken }: RefreshCredential,
  context: ProviderContext,
): Promise<TokenSet> {
  const { scopes, claims } = context;
  refuseOtherClouds(scopes, settings);
  const request = { refreshToken, scopes: [...scopes], forceCache: true, ...claimsParameter(claims) };
  const reply = await msalCall(settings, context, (client) => client.acquireTokenByRefreshToken(request));
  return tokensOf(reply, ENTRA_REPLIES, { scopes, refreshToken });
}

async function acquire(settings: MicrosoftSettings, context: ProviderContext): Promise<TokenSet> {
  const { scopes, claims } = context;
  refuseOtherClouds(scopes, settings);
  const request = { scopes: [...scopes], skipCache: true, ...claimsParameter(claims) };
  const reply = await msalCall(settings, context, async (client) => {
    if ('acquireTokenByClientCredential' in client) await client.acquireTokenByClientCredential(request);
  });
  return tokensOf(reply, ENTRA_REPLIES, { scopes });
}
