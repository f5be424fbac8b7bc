import type { JsonObject } from '../wire/json-object.ts';
import type { ImportedTokens } from './imported-tokens.ts';
import { importSession } from './stored-session.ts';
import { type Damaged, member, momentIn, nameIn, scopesIn } from './stored-value.ts';

const AUTHORIZED_USER: ReadonlySet<unknown> = new Set([
  'authorized_user',
  'external_account_authorized_user',
]);

/** `application_default_credentials.json` of gcloud and its `adc.json`, and what `to_json()` of google-auth for Python writes. */
export function isAuthorizedUser(file: JsonObject): boolean {
  const holds = (name: string) => Object.hasOwn(file, name);
  const isToJson = holds('token_uri') && holds('client_id') && (holds('refresh_token') || holds('token'));
  return AUTHORIZED_USER.has(member(file, 'type')) || (isToJson && !isOauth2client(file));
}

/** What oauth2client writes, and with it gcalcli up to 4.4 and goobook. */
export function isOauth2client(file: JsonObject): boolean {
  return Object.hasOwn(file, 'token_expiry') && Object.hasOwn(file, 'client_id');
}

/**
 * Both hold the client beside the tokens, and instants in UTC.
 * @throws what `damaged` makes, if a token in the file cannot be used
 */
export function importGoogleCredentials(file: JsonObject, damaged: Damaged): ImportedTokens {
  const isOld = isOauth2client(file);
  const idToken = member(file, 'id_token');
  return importSession(
    {
      layout: isOld ? 'oauth2client' : 'google-authorized-user',
      object: file,
      accessTokenName: isOld ? 'access_token' : 'token',
      expiresAt: momentIn(file, isOld ? 'token_expiry' : 'expiry'),
      scopes: scopesIn(file, 'scopes'),
      // Decoded already.
      ...(isOld && typeof idToken === 'object' && idToken !== null && { claims: idToken as JsonObject }),
      username: nameIn(file, 'account'),
      clientId: nameIn(file, 'client_id'),
      clientSecret: nameIn(file, 'client_secret'),
      tokenEndpoint: nameIn(file, 'token_uri') ?? nameIn(file, 'token_url'),
      server: 'google',
    },
    damaged,
  );
}
