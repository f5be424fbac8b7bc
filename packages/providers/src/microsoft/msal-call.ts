import type { ConfidentialClientApplication, Configuration, PublicClientApplication } from '@azure/msal-node';
import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import type { ProviderContext } from '@everbearer/core/contract';
import type { TokenReply } from '../wire/token-reply.ts';
import { certificateNow, clientAssertionNow } from './client-authentication.ts';
import type { SigningCertificate } from './client-certificate.ts';
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
  const proof = {
    assertion: await clientAssertionNow(settings),
    certificate: await certificateNow(settings.clientCertificate),
  };
  const { fetch, known, endpoints, singlePageOrigin: origin } = settings;
  const tokenEndpoint = endpoints.token;
  const networkClient = msalNetworkClient({ fetch, known, tokenEndpoint, origin, signal, beforeSend });
  let cause: unknown;
  try {
    const configuration = { ...configurationOf(settings, proof), system: { networkClient } };
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

/**
 * Loaded at the first request, so that users of another provider do not pay for it. Other packages bring older versions along,
 * and one of those may be what is found.
 */
async function loadMsal(): Promise<Msal> {
  try {
    const msal = await import('@azure/msal-node');
    if (isUsableVersion(msal.version)) return msal;
    throw unusableMsal(`version ${msal.version} was found`);
  } catch (cause) {
    throw cause instanceof ConfigurationError ? cause : unusableMsal('it could not be loaded', cause);
  }
}

/** Those before 3.8 were never tried. */
function isUsableVersion(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 8);
}

function unusableMsal(fault: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError({
    option: '@azure/msal-node',
    message: `microsoft() needs the package \`@azure/msal-node\`, version 3.8 or later, and ${fault}. Install it: npm install @azure/msal-node@7.`,
    cause,
  });
}

/** What the client proves itself with, brought for this one request. */
interface ClientProof {
  assertion: string | undefined;
  certificate: SigningCertificate | undefined;
}

/**
 * The endpoints are given as metadata, so that nothing is looked up; `knownAuthorities` keeps msal-node from asking
 * Microsoft about a host it does not know.
 */
function configurationOf(
  settings: MicrosoftSettings,
  { assertion, certificate }: ClientProof,
): Configuration {
  const { authority, tenantId, clientId, endpoints, clientSecret } = settings;
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
      ...(certificate && { clientCertificate: certificate }),
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
