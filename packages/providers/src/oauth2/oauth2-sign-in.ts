import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import {
  type AuthorizationServer,
  deviceAuthorizationRequest,
  genericTokenEndpointRequest,
} from 'oauth4webapi';
import { authorizationRequestUrl, DEVICE_GRANT, type SignIn } from '../sign-in/sign-in-provider.ts';
import { deviceAuthorizationOf } from '../wire/device-authorization.ts';
import { tokensOf } from '../wire/tokens-of.ts';
import type { OAuth2Settings } from './oauth2-options.ts';
import { type OAuth2Request, requireKnown } from './oauth2-request.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** How a person signs in at any OAuth 2.0 server. */
export function oauth2SignIn(
  settings: OAuth2Settings,
  metadata: ServerMetadata,
  request: OAuth2Request,
): SignIn {
  const { authentication, clientId, scopes } = settings;
  const scope: Record<string, string> = scopes.length > 0 ? { scope: scopes.join(' ') } : {};
  const redeem = redemption(settings, request);
  return {
    loopbackHost: '127.0.0.1',

    async startDeviceCode(signal) {
      const reply = await request('device_authorization_endpoint', { signal }, (server, client, options) =>
        deviceAuthorizationRequest(server, client, authentication, scope, options),
      );
      return deviceAuthorizationOf(reply, settings.replies);
    },

    async redeemDeviceCode(deviceCode, signal) {
      return redeem(DEVICE_GRANT, { device_code: deviceCode }, signal);
    },

    async authorizationUrl(asked, signal) {
      const server = await metadata(signal);
      if (server.require_pushed_authorization_requests === true) throw pushedAlone();
      const endpoint = requireKnown(server, 'authorization_endpoint');
      return authorizationRequestUrl(endpoint, asked, { client_id: clientId, ...scope });
    },

    async redeemCode({ code, redirectUri, codeVerifier, issuer }, signal) {
      if (settings.issuer !== undefined) checkIssuer(await metadata(signal), issuer);
      const parameters = { code, redirect_uri: redirectUri, code_verifier: codeVerifier };
      return redeem('authorization_code', parameters, signal);
    },
  };
}

/** Exchanges what a sign-in brought for tokens. */
function redemption(
  { authentication, replies, scopes, tokenParameters }: OAuth2Settings,
  request: OAuth2Request,
) {
  return async (grant: string, parameters: Record<string, string>, signal: AbortSignal) => {
    const all = { ...tokenParameters, ...parameters };
    const reply = await request('token_endpoint', { signal }, (server, client, options) =>
      genericTokenEndpointRequest(server, client, authentication, grant, all, options),
    );
    return tokensOf(reply, replies, { scopes });
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
function checkIssuer(server: AuthorizationServer, issuer: string | undefined): void {
  const announced = server.authorization_response_iss_parameter_supported === true;
  if (issuer === undefined ? !announced : issuer === server.issuer) return;
  const description = 'the answer does not come from the server that was asked; the code was not redeemed';
  throw new TokenEndpointError({ code: 'invalid_response', sent: false, description });
}
