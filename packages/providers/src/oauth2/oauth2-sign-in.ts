import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import { boundTo, newDpopKey } from '../dpop/dpop-key.ts';
import { authorizationRequestUrl, DEVICE_GRANT, type SignIn } from '../sign-in/sign-in-provider.ts';
import { deviceAuthorizationOf } from '../wire/device-authorization.ts';
import { tokensOf } from '../wire/tokens-of.ts';
import { clientAuth } from './client-authentication.ts';
import type { OAuth2Settings } from './oauth2-options.ts';
import type { OAuth2Request } from './oauth2-request.ts';
import type { Endpoint, ServerMetadata } from './server-metadata.ts';

/** How a person signs in at any OAuth 2.0 server. */
export function oauth2SignIn(
  settings: OAuth2Settings,
  metadata: ServerMetadata,
  request: OAuth2Request,
): SignIn {
  const { clientId, deviceAuthorization, replies, scopes } = settings;
  const scope: Record<string, string> = scopes.length > 0 ? { scope: scopes.join(' ') } : {};
  const redeem = redemption(settings, request);
  return {
    loopbackHost: '127.0.0.1',

    async startDeviceCode(signal) {
      const parameters = { ...scope, ...deviceAuthorization.parameters };
      const authenticate = deviceAuthorization.clientAuthentication && clientAuth('none');
      const reply = await request('device_authorization_endpoint', { signal }, { parameters, authenticate });
      return deviceAuthorizationOf(reply, replies);
    },

    async redeemDeviceCode(deviceCode, signal) {
      return redeem(DEVICE_GRANT, { device_code: deviceCode }, signal);
    },

    async authorizationUrl(asked, signal) {
      const { url, takesPushedAlone } = await metadata('authorization_endpoint', signal);
      if (takesPushedAlone) throw pushedAlone();
      return authorizationRequestUrl(url, asked, { client_id: clientId, ...scope });
    },

    async redeemCode({ code, redirectUri, codeVerifier, issuer }, signal) {
      if (settings.issuer !== undefined) checkIssuer(await metadata('token_endpoint', signal), issuer);
      const parameters = { code, redirect_uri: redirectUri, code_verifier: codeVerifier };
      return redeem('authorization_code', parameters, signal);
    },
  };
}

/** Exchanges what a sign-in brought for tokens. */
function redemption(settings: OAuth2Settings, request: OAuth2Request) {
  const { grantParameters, keep, proofs, replies, scopes, tokenParameters } = settings;
  return async (grant: string, protocol: Record<string, string>, signal: AbortSignal) => {
    const parameters = { ...tokenParameters, ...grantParameters[grant], ...protocol, grant_type: grant };
    const key = proofs && (await newDpopKey());
    const reply = await request('token_endpoint', { signal }, { parameters, key });
    return boundTo(key, tokensOf(reply, replies, { scopes, keep }));
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc9126#section-5 */
function pushedAlone(): ConfigurationError {
  return new ConfigurationError({
    option: 'issuer',
    message:
      'The server at `issuer` takes pushed authorization requests alone (PAR, RFC 9126), which oauth2() does not send, so nobody can sign in through a browser. Use deviceCode() if the server offers it, or have the demand lifted for this client.',
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4 */
function checkIssuer(server: Endpoint, issuer: string | undefined): void {
  if (issuer === undefined ? !server.namesItself : issuer === server.issuer) return;
  const description = 'the answer does not come from the server that was asked; the code was not redeemed';
  throw new TokenEndpointError({ code: 'invalid_response', sent: false, description });
}
