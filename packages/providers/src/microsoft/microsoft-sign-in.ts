import { ConfigurationError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { ENTRA_REPLIES } from '../servers/entra-reply.ts';
import { withOwnIdToken } from '../sign-in/own-id-token.ts';
import {
  authorizationRequestUrl,
  DEVICE_GRANT,
  type SignIn,
  scopesWith,
} from '../sign-in/sign-in-provider.ts';
import { deviceAuthorizationOf } from '../wire/device-authorization.ts';
import { isJsonObject, jsonObjectIn } from '../wire/json-object.ts';
import { sendForm } from '../wire/send-form.ts';
import { tokensOf } from '../wire/tokens-of.ts';
import { clientAuthenticationForm } from './client-authentication.ts';
import type { MicrosoftSettings } from './microsoft-options.ts';
import { msalCall } from './msal-call.ts';

/** Says that this client understands claims challenges, so that its tokens may be revoked early (CAE). */
const CAPABLE = { xms_cc: { values: ['CP1'] } };
const CLAIMS_CAPABLE = /* @__PURE__ */ JSON.stringify({ access_token: CAPABLE });

/** A claims challenge, and the same beside it. What is no challenge is left for Entra to refuse. */
function capableClaims(challenge: string | undefined): string {
  const claims = challenge === undefined ? undefined : jsonObjectIn(challenge);
  if (!claims) return challenge || CLAIMS_CAPABLE;
  const { access_token: ofAccessToken } = claims;
  return JSON.stringify({
    ...claims,
    access_token: { ...(isJsonObject(ofAccessToken) && ofAccessToken), ...CAPABLE },
  });
}

/** How a person signs in at Entra. */
export function microsoftSignIn(settings: MicrosoftSettings): SignIn {
  const { clientId, endpoints, fetch, known } = settings;
  const server = { fetch, known, option: 'authority' };
  // Without these there is no refresh token, and no word of who the user is.
  const scopes = [...new Set([...settings.scopes, 'openid', 'profile', 'offline_access'])];
  const scope = scopes.join(' ');
  const own = (tokens: TokenSet) => withOwnIdToken(tokens, clientId);
  return {
    loopbackHost: 'localhost',

    async startDeviceCode(signal, { parameters } = {}) {
      const url = required('endpoints.deviceCode', endpoints.deviceCode);
      const asked = { client_id: clientId, scope, claims: CLAIMS_CAPABLE };
      const body = new URLSearchParams({ ...parameters, ...asked });
      return deviceAuthorizationOf(await sendForm({ ...server, url, body, signal }), ENTRA_REPLIES);
    },

    async redeemDeviceCode(deviceCode, signal) {
      const body = new URLSearchParams({
        grant_type: DEVICE_GRANT,
        device_code: deviceCode,
        client_id: clientId,
        claims: CLAIMS_CAPABLE,
        ...(await clientAuthenticationForm(settings)),
      });
      const reply = await sendForm({ ...server, url: endpoints.token, body, signal });
      return own(tokensOf(reply, ENTRA_REPLIES, { scopes: settings.scopes }));
    },

    async authorizationUrl(request) {
      const url = required('endpoints.authorize', endpoints.authorize);
      const wanted = scopesWith(scopes, request.scopes).join(' ');
      const claims = capableClaims(request.parameters?.['claims']);
      const said = { client_id: clientId, scope: wanted, response_mode: 'query', claims };
      return authorizationRequestUrl(url, request, said);
    },

    async redeemCode({ code, redirectUri, codeVerifier, scopes: more }, signal) {
      const request = { code, redirectUri, codeVerifier, scopes: [...scopesWith(scopes, more)] };
      const reply = await msalCall(settings, { signal }, (client) => client.acquireTokenByCode(request));
      return own(tokensOf(reply, ENTRA_REPLIES, { scopes: settings.scopes }));
    },
  };
}

function required(option: string, endpoint: string | undefined): string {
  if (endpoint !== undefined) return endpoint;
  throw new ConfigurationError({
    option,
    message: `\`${option}\` is needed for this sign-in. Add it beside \`endpoints.token\`.`,
  });
}
