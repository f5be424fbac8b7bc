import { boundTo } from '../dpop/bound-to.ts';
import { dpopKeyIn, newDpopKey, thumbprintOf } from '../dpop/dpop-key.ts';
import { withOwnIdToken } from '../sign-in/own-id-token.ts';
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
import type { OAuth2Request } from './oauth2-request.ts';
import type { OAuth2Settings } from './oauth2-settings.ts';
import { pushedRequests } from './pushed-request.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** How a person signs in at any OAuth 2.0 server. */
export function oauth2SignIn(
  settings: OAuth2Settings,
  metadata: ServerMetadata,
  request: OAuth2Request,
): SignIn {
  const { clientId, proofs, replies, scopes } = settings;
  const scope: Record<string, string> = scopes.length > 0 ? { scope: scopes.join(' ') } : {};
  const redeem = redemption(settings, request);
  return {
    loopbackHost: '127.0.0.1',
    push: pushedRequests(settings, metadata, request),
    ...(proofs && { newDpopKey }),

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
      const { url } = await metadata('authorization_endpoint', signal);
      const wanted = scopesWith(scopes, asked.scopes);
      const parameters = { ...consentFor(wanted), ...asked.parameters };
      const jkt = asked.dpopKey === undefined ? '' : await thumbprintOf(await dpopKeyIn(asked.dpopKey));
      const own = { client_id: clientId, scope: wanted.join(' '), dpop_jkt: jkt };
      return authorizationRequestUrl(url, { ...asked, parameters }, own);
    },

    async redeemCode({ code, redirectUri, codeVerifier, issuer, dpopKey }, signal) {
      if (settings.issuer !== undefined) await checkIssuer(settings, metadata, issuer, signal);
      const parameters = { code, redirect_uri: redirectUri, code_verifier: codeVerifier };
      return redeem('authorization_code', parameters, signal, dpopKey);
    },
  };
}

/** Exchanges what a sign-in brought for tokens. */
function redemption(settings: OAuth2Settings, request: OAuth2Request) {
  const { clientId, demandsDpop, grantParameters, issuer, keep, proofs, replies, scopes, tokenParameters } =
    settings;
  return async (
    grant: string,
    protocol: Record<string, string>,
    signal: AbortSignal,
    promised?: string | undefined,
  ) => {
    const parameters = { ...tokenParameters, ...grantParameters[grant], ...protocol, grant_type: grant };
    const key = promised ?? (proofs && (await newDpopKey()));
    const reply = await request('token_endpoint', { signal }, { parameters, key });
    const received = withOwnIdToken(tokensOf(reply, replies, { scopes, keep }), clientId, issuer);
    const tokens = boundTo(key, received, demandsDpop);
    // Nobody has a session yet that what came with it could be kept for.
    if (tokens.refusal) throw tokens.refusal;
    return tokens;
  };
}

/**
 * Without it, servers leave `offline_access` out, and with it the refresh token.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess
 */
function consentFor(scopes: readonly string[]): { prompt?: string } {
  return scopes.includes('offline_access') ? { prompt: 'consent' } : {};
}

/**
 * The metadata of both endpoints count: the process that finishes a sign-in need not be the one that began it.
 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4
 */
async function checkIssuer(
  { requireIss }: Pick<OAuth2Settings, 'requireIss'>,
  metadata: ServerMetadata,
  issuer: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  await metadata('token_endpoint', signal);
  const server = await metadata('authorization_endpoint', signal);
  const mayBeMissing = !server.namesItself && !requireIss;
  if (issuer === undefined ? mayBeMissing : issuer === server.issuer) return;
  const always = requireIss ? '`requireIss` demands it' : 'this server always does';
  const which =
    issuer === undefined ? `names no issuer (\`iss\`), though ${always}` : 'names another issuer (`iss`)';
  throw new SignInError({
    code: 'issuer_mismatch',
    message: `The callback does not come from the authorization server that was asked: it ${which}. The code was not redeemed. Begin a new sign-in; if it happens again, compare \`issuer\` of oauth2() with the one in the metadata.`,
  });
}
