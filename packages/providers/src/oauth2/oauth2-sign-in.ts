import { ConfigurationError } from '@everbearer/core';
import { boundTo, newDpopKey } from '../dpop/dpop-key.ts';
import { SignInError } from '../sign-in/sign-in-error.ts';
import {
  authorizationRequestUrl,
  DEVICE_GRANT,
  type SignIn,
  scopesWith,
} from '../sign-in/sign-in-provider.ts';

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
  const { clientId, replies, scopes } = settings;
  const scope: Record<string, string> = scopes.length > 0 ? { scope: scopes.join(' ') } : {};
  const redeem = redemption(settings, request);
  return {
    loopbackHost: '127.0.0.1',

    async startDeviceCode(signal, { parameters, authenticate = true } = {}) {
      const proof = authenticate ? undefined : clientAuth('none');
      const call = { parameters: { ...parameters, ...scope }, authenticate: proof };
      const reply = await request('device_authorization_endpoint', { signal }, call);
      return deviceAuthorizationOf(reply, replies);
    },

    async redeemDeviceCode(deviceCode, signal) {
      return redeem(DEVICE_GRANT, { device_code: deviceCode }, signal);
    },

    async authorizationUrl(asked, signal) {
      const { url, takesPushedAlone } = await metadata('authorization_endpoint', signal);
      if (takesPushedAlone) throw pushedAlone();
      const wanted = scopesWith(scopes, asked.scopes);
      const parameters = { ...consentFor(wanted), ...asked.parameters };
      const own = { client_id: clientId, ...(wanted.length > 0 && { scope: wanted.join(' ') }) };
      return authorizationRequestUrl(url, { ...asked, parameters }, own);
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

/**
 * Without it, servers leave `offline_access` out, and with it the refresh token.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess
 */
function consentFor(scopes: readonly string[]): { prompt?: string } {
  return scopes.includes('offline_access') ? { prompt: 'consent' } : {};
}

/** @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4 */
function checkIssuer(server: Endpoint, issuer: string | undefined): void {
  if (issuer === undefined ? !server.namesItself : issuer === server.issuer) return;
  const which =
    issuer === undefined
      ? 'names no issuer (`iss`), though this server always does'
      : 'names another issuer (`iss`)';
  throw new SignInError({
    code: 'issuer_mismatch',
    message: `The callback does not come from the authorization server that was asked: it ${which}. The code was not redeemed. Begin a new sign-in; if it happens again, compare \`issuer\` of oauth2() with the one in the metadata.`,
  });
}
