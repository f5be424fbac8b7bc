import type { ProviderContext, RefreshCredential, TokenSet } from '@everbearer/core/contract';
import type { ClientCredentialsProvider } from './client-credentials-provider.ts';
import { ENTRA_REPLIES } from './microsoft/entra-reply.ts';
import {
  type MicrosoftOptions,
  type MicrosoftSettings,
  microsoftSettings,
} from './microsoft/microsoft-options.ts';
import { microsoftSignIn } from './microsoft/microsoft-sign-in.ts';
import { msalCall } from './microsoft/msal-call.ts';
import { profiles } from './profiles.ts';
import type { SignInProvider } from './sign-in/sign-in-provider.ts';
import { claimsParameter } from './wire/claims-parameter.ts';
import { tokensOf } from './wire/token-reply.ts';

export type { ClientCredentialsProvider } from './client-credentials-provider.ts';
export type {
  ClientCertificate,
  MicrosoftEndpoints,
  MicrosoftOptions,
} from './microsoft/microsoft-options.ts';
export { rejectedByGraph } from './microsoft/rejected-by-graph.ts';
export { type AuthorizationCodeOptions, authorizationCode } from './sign-in/authorization-code.ts';
export { type DeviceCodeOptions, type DeviceCodePrompt, deviceCode } from './sign-in/device-code.ts';
export type {
  AuthorizationAnswer,
  AuthorizationRequest,
  DeviceAuthorization,
  SignIn,
  SignInProvider,
} from './sign-in/sign-in-provider.ts';
export {
  type AzureAccessToken,
  type AzureTokenCredential,
  type AzureTokenOptions,
  tokenCredential,
} from './token-credential.ts';

/**
 * Tokens of Microsoft Entra ID, through `@azure/msal-node` (an optional peer; it is loaded at the first request).
 * With `grant: 'client_credentials'` the application acts as itself, nobody signs in, and there is no refresh
 * token. Entra has no RFC 7009 endpoint, so there is no `revoke`.
 *
 * `refresh` and `acquire` throw TokenEndpointError; a ConfigurationError when @azure/msal-node is missing.
 * @throws {ConfigurationError} naming the option that is missing, has the wrong type or cannot work
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token
 */
export function microsoft(
  options: MicrosoftOptions & { grant: 'client_credentials' },
): ClientCredentialsProvider;
export function microsoft(options: MicrosoftOptions & { grant?: 'refresh_token' }): SignInProvider;
export function microsoft(options: MicrosoftOptions): ClientCredentialsProvider | SignInProvider {
  const settings = microsoftSettings(options);
  const { tenantId, clientId, scopes, endpoints } = settings;
  const common = {
    // The origin that is really asked: records made at a simulator never meet those of the real tenant.
    id: `${new URL(endpoints.token).origin}/${tenantId} ${clientId}`,
    profile: profiles.entra,
    scopes,
  };
  if (settings.grant === 'client_credentials')
    return { ...common, acquire: (context) => acquire(settings, context) };
  return {
    ...common,
    refresh: (credential, context) => refresh(settings, credential, context),
    signIn: microsoftSignIn(settings),
  };
}

async function refresh(
  settings: MicrosoftSettings,
  { refreshToken }: RefreshCredential,
  { scopes, claims, signal }: ProviderContext,
): Promise<TokenSet> {
  const request = { refreshToken, scopes: [...scopes], forceCache: true, ...claimsParameter(claims) };
  const reply = await msalCall(settings, signal, (client) => client.acquireTokenByRefreshToken(request));
  return tokensOf(reply, ENTRA_REPLIES);
}

async function acquire(
  settings: MicrosoftSettings,
  { scopes, claims, signal }: ProviderContext,
): Promise<TokenSet> {
  const request = { scopes: [...scopes], skipCache: true, ...claimsParameter(claims) };
  const reply = await msalCall(settings, signal, async (client) => {
    if ('acquireTokenByClientCredential' in client) await client.acquireTokenByClientCredential(request);
  });
  return tokensOf(reply, ENTRA_REPLIES);
}
