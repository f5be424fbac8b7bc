import type { Realm } from './realm.ts';
import type { Issuer } from './token-reply.ts';

/** Where everything is, in the shape of a discovery document. */
export interface AuthorizationServerMetadata {
  issuer: string;
  token_endpoint: string;
  authorization_endpoint: string;
  device_authorization_endpoint: string;
  revocation_endpoint: string;
  end_session_endpoint: string;
  jwks_uri: string;
  [more: string]: unknown;
}

export function issuerOf({ url, directory: { tenantId } }: Realm): Issuer {
  return { issuer: `${url}/${tenantId}/v2.0`, tenantId };
}

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
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
    token_endpoint_auth_methods_supported: ['none', 'client_secret_post', 'client_secret_basic'],
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
}
