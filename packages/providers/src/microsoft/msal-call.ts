import type { ConfidentialClientApplication, Configuration, PublicClientApplication } from '@azure/msal-node';
import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import type { ProviderContext } from '@everbearer/core/contract';
import type { TokenReply } from '../wire/token-reply.ts';
import { clientAssertionNow } from './client-authentication.ts';
import type { MicrosoftSettings } from './microsoft-options.ts';
import { msalNetworkClient } from './msal-network-client.ts';

type Msal = typeof import('@azure/msal-node');

/** What is asked of msal-node: exactly one request. */
export type MsalGrant = (client: PublicClientApplication | ConfidentialClientApplication) => Promise<unknown>;

/**
 * Lets msal-node compose and send one token request, and returns the raw reply. The application object lives for
 * this one call only: its cache would keep a second copy of the tokens, and its memory of failures would refuse the
 * next request without sending it.
 * @throws {ConfigurationError} if @azure/msal-node is not installed
 * @throws {TokenEndpointError} if no reply came; `sent` is false if msal-node refused to send anything
 */
export async function msalCall(
  settings: MicrosoftSettings,
  { signal, beforeSend }: Pick<ProviderContext, 'signal' | 'beforeSend'>,
  grant: MsalGrant,
): Promise<TokenReply> {
  const msal = await loadMsal();
  const assertion = await clientAssertionNow(settings);
  const { fetch, known, endpoints, singlePageOrigin: origin } = settings;
  const tokenEndpoint = endpoints.token;
  const networkClient = msalNetworkClient({ fetch, known, tokenEndpoint, origin, signal, beforeSend });
  let cause: unknown;
  try {
    const configuration = { ...configurationOf(settings, assertion), system: { networkClient } };
    const { ConfidentialClientApplication, PublicClientApplication } = msal;
    const Application = settings.isConfidential ? ConfidentialClientApplication : PublicClientApplication;
    await grant(new Application(configuration));
  } catch (error) {
    cause = error;
  }
  const { outcome } = networkClient;
  if (outcome && 'reply' in outcome) return outcome.reply;
  throw outcome?.error ?? notSent(cause);
}

/** Loaded at the first request, so that users of another provider do not pay for it. */
async function loadMsal(): Promise<Msal> {
  try {
    return await import('@azure/msal-node');
  } catch (cause) {
    throw new ConfigurationError({
      option: '@azure/msal-node',
      message:
        'microsoft() needs the package `@azure/msal-node`, version 7, and it could not be loaded. Install it: npm install @azure/msal-node@7.',
      cause,
    });
  }
}

/**
 * The endpoints are given as metadata, so that nothing is looked up; `knownAuthorities` keeps msal-node from asking
 * Microsoft about a host it does not know.
 */
function configurationOf(settings: MicrosoftSettings, assertion: string | undefined): Configuration {
  const { authority, tenantId, clientId, endpoints, clientSecret, clientCertificate } = settings;
  const base = `${authority}/${tenantId}`;
  return {
    auth: {
      clientId,
      authority: base,
      knownAuthorities: [new URL(authority).host],
      authorityMetadata: JSON.stringify({
        issuer: `${base}/v2.0`,
        token_endpoint: endpoints.token,
        // Not used, but msal-node requires them.
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
      }),
      clientCapabilities: ['CP1'],
      ...(clientSecret !== undefined && { clientSecret }),
      ...(clientCertificate && { clientCertificate }),
      ...(assertion !== undefined && { clientAssertion: assertion }),
    },
  };
}

function notSent(cause: unknown): TokenEndpointError {
  const { errorCode } = (cause ?? {}) as { errorCode?: unknown };
  const which = typeof errorCode === 'string' && /^[a-z_]{1,64}$/.test(errorCode) ? ` (${errorCode})` : '';
  const description = `msal-node could not compose the request${which}, so nothing was sent`;
  return new TokenEndpointError({ code: 'invalid_request', sent: false, description, cause });
}
