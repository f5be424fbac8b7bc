import { ConfigurationError } from '@everbearer/core';
import type { ProviderContext, RefreshCredential, TokenProvider, TokenSet } from '@everbearer/core/contract';

/** A provider at which a person can sign in. `deviceCode()` and `authorizationCode()` need nothing else of it. */
export interface SignInProvider extends TokenProvider {
  refresh(credential: RefreshCredential, context: ProviderContext): Promise<TokenSet>;
  readonly signIn: SignIn;
}

/**
 * The steps of an interactive sign-in that differ between providers. Each request ends with its `signal`; each
 * refusal is a TokenEndpointError.
 */
export interface SignIn {
  /** How the provider wants the loopback redirect spelt: most take the address, Entra expects the name. */
  readonly loopbackHost: '127.0.0.1' | 'localhost';
  /**
   * Asks for a device code.
   * @throws {ConfigurationError} when the provider has no device authorization endpoint
   * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.1
   */
  startDeviceCode(signal: AbortSignal): Promise<DeviceAuthorization>;
  /**
   * One poll. `authorization_pending` and `slow_down` come as errors too.
   * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.4
   */
  redeemDeviceCode(deviceCode: string, signal: AbortSignal): Promise<TokenSet>;
  /**
   * Where the person's browser is to go.
   * @throws {ConfigurationError} when the provider has no authorization endpoint
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
   */
  authorizationUrl(request: AuthorizationRequest, signal: AbortSignal): Promise<URL>;
  /** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 */
  redeemCode(answer: AuthorizationAnswer, signal: AbortSignal): Promise<TokenSet>;
}

/** A device authorization response, times as milliseconds. */
export interface DeviceAuthorization {
  deviceCode: string;
  userCode: string;
  verificationUri: string;
  /** With the user code in it, for a QR code; most servers send none. */
  verificationUriComplete?: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  intervalMs: number;
  /** The server's own instruction for the person, where it sends one. */
  message?: string;
}

export interface AuthorizationRequest {
  redirectUri: string;
  state: string;
  /** The S256 challenge of RFC 7636. */
  codeChallenge: string;
  /** More parameters for the authorization endpoint; none of the protocol's own. */
  parameters?: Readonly<Record<string, string>> | undefined;
}

export interface AuthorizationAnswer {
  code: string;
  redirectUri: string;
  codeVerifier: string;
  /** The `iss` of the answer, where it had one (RFC 9207). */
  issuer?: string | undefined;
}

/** @see https://www.rfc-editor.org/rfc/rfc8628#section-3.4 */
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

const REQUEST_TIMEOUT_MS = 10_000;

/** Ends one request of a sign-in: after 10 seconds, or when the whole sign-in is aborted. */
export function signInRequestSignal(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

/**
 * The sign-in of a provider.
 * @throws {ConfigurationError} `provider`, when nobody can sign in at it
 */
export function requireSignIn(provider: SignInProvider): SignIn {
  if (typeof provider?.signIn === 'object' && provider.signIn !== null) return provider.signIn;
  throw new ConfigurationError({
    option: 'provider',
    message:
      "`provider` cannot sign a person in. Pass microsoft() or oauth2() with the grant 'refresh_token'; with 'client_credentials' no sign-in is needed.",
  });
}

/** The address of an authorization request with PKCE; what the protocol needs cannot be overridden. */
export function authorizationRequestUrl(
  endpoint: string,
  { redirectUri, state, codeChallenge, parameters }: AuthorizationRequest,
  own: Readonly<Record<string, string>>,
): URL {
  const url = new URL(endpoint);
  const protocol = {
    response_type: 'code',
    redirect_uri: redirectUri,
    state,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries({ ...parameters, ...own, ...protocol }))
    url.searchParams.set(name, value);
  return url;
}
