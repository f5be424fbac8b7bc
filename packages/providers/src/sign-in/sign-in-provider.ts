import { ConfigurationError } from '@everbearer/core';
import type { ProviderContext, RefreshCredential, TokenProvider, TokenSet } from '@everbearer/core/contract';
import type { DeviceAuthorization } from '../wire/device-authorization.ts';

/** A provider at which a person can sign in. The functions that sign a person in need nothing else of it. */
export interface SignInProvider extends TokenProvider {
  /**
   * The refresh token grant.
   * @throws {TokenEndpointError} when the server refuses
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
   */
  refresh(credential: RefreshCredential, context: ProviderContext): Promise<TokenSet>;
  /** The steps that `beginSignIn()`, `finishSignIn()`, `deviceCode()` and `authorizationCode()` are made of. */
  readonly signIn: SignIn;
}

/**
 * The steps of an interactive sign-in that differ between providers. The `signal` of a step ends its request; every
 * refusal is a {@link TokenEndpointError}.
 */
export interface SignIn {
  /** How the host of the loopback redirect is written: Entra expects the name, most others take the address. */
  readonly loopbackHost: '127.0.0.1' | 'localhost';
  /**
   * Asks for a device code.
   * @throws {ConfigurationError} when the provider has no device authorization endpoint
   * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.1
   */
  startDeviceCode(signal: AbortSignal, request?: DeviceRequest): Promise<DeviceAuthorization>;
  /**
   * One poll. `authorization_pending` and `slow_down` are thrown as errors too.
   * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.4
   */
  redeemDeviceCode(deviceCode: string, signal: AbortSignal): Promise<TokenSet>;
  /**
   * The address to open in the person's browser.
   * @throws {ConfigurationError} when the provider has no authorization endpoint
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
   */
  authorizationUrl(request: AuthorizationRequest, signal: AbortSignal): Promise<URL>;
  /**
   * Hands a whole authorization request to the server itself, where the server wants that, and returns the short address to open
   * in its place; else the address as it is. Without it, the browser carries the request.
   * @throws {TokenEndpointError} when the server refuses the request
   * @see https://www.rfc-editor.org/rfc/rfc9126
   */
  push?: ((url: URL, signal: AbortSignal, dpopKey?: string | undefined) => Promise<URL>) | undefined;
  /**
   * Makes the key that the tokens of one sign-in shall be bound to, as the text of a JWK. Without it, they are bound to none.
   * @see https://www.rfc-editor.org/rfc/rfc9449
   */
  newDpopKey?: (() => Promise<string>) | undefined;
  /**
   * Exchanges the code that the redirect brought for tokens.
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
   */
  redeemCode(answer: AuthorizationAnswer, signal: AbortSignal): Promise<TokenSet>;
}

/**
 * What a device authorization request asks for.
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.1
 */
export interface DeviceRequest {
  /** More parameters for the device authorization endpoint. The protocol's own cannot be changed by them. */
  parameters?: Readonly<Record<string, string>> | undefined;
  /** Whether the client authenticates there. Default true: as at the token endpoint. */
  authenticate?: boolean | undefined;
}

/**
 * What an authorization request asks for.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 */
export interface AuthorizationRequest {
  /** Where the browser is sent with the answer. */
  redirectUri: string;
  /** Comes back unchanged with the answer. */
  state: string;
  /** To be sent if `openid` is asked for: comes back in the ID token (OpenID Connect Core section 3.1.2.1). */
  nonce?: string | undefined;
  /** To be asked for beside the scopes of the provider. */
  scopes?: readonly string[] | undefined;
  /** The S256 challenge of RFC 7636. */
  codeChallenge: string;
  /** From `newDpopKey`. Its thumbprint goes along, so that the code works with this key alone (RFC 9449 section 10). A secret. */
  dpopKey?: string | undefined;
  /** More parameters for the authorization endpoint. The protocol's own cannot be changed by them; empty ones are left out. */
  parameters?: Readonly<Record<string, string>> | undefined;
}

/**
 * What the redirect brought, and what is needed to redeem it.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 */
export interface AuthorizationAnswer {
  /** The authorization code. A secret. */
  code: string;
  /** The same as in the request. */
  redirectUri: string;
  /** The secret behind the challenge of the request (RFC 7636). */
  codeVerifier: string;
  /** The `iss` of the answer, if it had one (RFC 9207). */
  issuer?: string | undefined;
  /** As in the request. A secret. */
  dpopKey?: string | undefined;
  /** As in the request: what was asked for beside the scopes of the provider. */
  scopes?: readonly string[] | undefined;
}

/** @see https://www.rfc-editor.org/rfc/rfc8628#section-3.4 */
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/**
 * The sign-in of a provider.
 * @throws {ConfigurationError} `provider`, if nobody can sign in at it
 */
export function requireSignIn(provider: SignInProvider): SignIn {
  if (typeof provider?.signIn === 'object' && provider.signIn !== null) return provider.signIn;
  throw new ConfigurationError({
    option: 'provider',
    message:
      "`provider` cannot sign a person in. Pass microsoft() or oauth2() with the grant 'refresh_token'; with 'client_credentials' no sign-in is needed.",
  });
}

/** What a request says whatever the caller asks for. */
export interface OwnParameters extends Readonly<Record<string, string>> {
  client_id: string;
}

/** The address of an authorization request with PKCE. `parameters` cannot replace what the protocol needs. */
export function authorizationRequestUrl(
  endpoint: string,
  { redirectUri, state, nonce, codeChallenge, parameters }: AuthorizationRequest,
  own: OwnParameters,
): URL {
  const url = new URL(endpoint);
  const isOpenId = own['scope']?.split(' ').includes('openid');
  const protocol = {
    response_type: 'code',
    redirect_uri: redirectUri,
    state,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...(isOpenId && nonce !== undefined && { nonce }),
  };
  for (const [name, value] of Object.entries({ ...parameters, ...own, ...protocol }))
    if (value !== '') url.searchParams.set(name, value);
  return url;
}

/** The scopes of a provider, and what is asked for besides. */
export function scopesWith(scopes: readonly string[], more: readonly string[] = []): readonly string[] {
  return [...new Set([...scopes, ...more])];
}
