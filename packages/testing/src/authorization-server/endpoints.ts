import type { Realm } from './realm.ts';
import type { Issuer } from './token-reply.ts';

/**
 * The discovery document: names and meanings are those of RFC 8414 and of OpenID Connect.
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export interface AuthorizationServerMetadata {
  /** The issuer identifier. */
  issuer: string;
  /** Address of the token endpoint. */
  token_endpoint: string;
  /** Address to open in a browser to sign in. */
  authorization_endpoint: string;
  /** Address of the device authorization endpoint (RFC 8628). */
  device_authorization_endpoint: string;
  /** Address of the revocation endpoint (RFC 7009). */
  revocation_endpoint: string;
  /** Address to open in a browser to sign out. */
  end_session_endpoint: string;
  /** Address of the keys. There are none: ID tokens are unsigned. */
  jwks_uri: string;
  /** What the server supports. */
  [more: string]: unknown;
}

/** Who signs the tokens of this server. */
export function issuerOf({ url, directory: { tenantId } }: Realm): Issuer {
  return { issuer: `${url}/${tenantId}/v2.0`, tenantId };
}

/**
 * The discovery document of this server.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export function metadataOf(realm: Realm): AuthorizationServerMetadata {
  const base = `${realm.url}/${realm.directory.tenantId}`;
  return {
    issuer: issuerOf(realm).issuer,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    revocation_endpoint: `${base}/oauth2/v2.0/revoke`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    ...SUPPORTED,
    ...(realm.settings.namesIssuer && { authorization_response_iss_parameter_supported: true }),
  };
}

/** What it supports, however it is set. */
const SUPPORTED = {
  token_endpoint_auth_methods_supported: [
    'none',
    'client_secret_post',
    'client_secret_basic',
    'private_key_jwt',
  ],
  token_endpoint_auth_signing_alg_values_supported: ['PS256', 'RS256'],
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  code_challenge_methods_supported: ['S256'],
  grant_types_supported: [
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['none'],
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  claims_supported: [
    'sub',
    'iss',
    'aud',
    'exp',
    'iat',
    'nonce',
    'preferred_username',
    'name',
    'tid',
    'oid',
    'ver',
  ],
};
