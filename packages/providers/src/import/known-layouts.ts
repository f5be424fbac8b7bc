import { isJsonObject } from '../wire/json-object.ts';
import { authjsRows, importAuthjsRows } from './authjs-rows.ts';
import { importFlatToken, isFlatToken } from './flat-token.ts';
import { ghHosts, importGh } from './gh-hosts.ts';
import { importGoogleCredentials, isAuthorizedUser, isOauth2client } from './google-credentials.ts';
import type { ImportedTokens } from './imported-tokens.ts';
import { importMsalCache, isMsalCache } from './msal-cache.ts';
import { importMuttToken, isMuttToken } from './mutt-token.ts';
import { importRclone, rcloneRemotes } from './rclone-config.ts';
import { type Damaged, member } from './stored-value.ts';

/** For messages: every layout, by the programs that write it. */
export const KNOWN_LAYOUTS =
  'Python-O365, MSAL (azure-cli, msal-extensions), rclone, mutt_oauth2.py, gcloud and google-auth, oauth2client (gcalcli), gh, account rows of Auth.js, and a token response as vdirsyncer and simple-oauth2 keep it';

/** What a JSON text holds; undefined if that is no layout that is known. The ones with marks of their own come first. */
export function importJson(value: unknown, damaged: Damaged): ImportedTokens[] | undefined {
  const rows = authjsRows(value);
  if (rows) return importAuthjsRows(rows, damaged);
  if (!isJsonObject(value)) return undefined;
  // It stands for a program, not for a person.
  if (member(value, 'type') === 'service_account') return [];
  if (isMuttToken(value)) return [importMuttToken(value, damaged)];
  if (isOauth2client(value) || isAuthorizedUser(value)) return [importGoogleCredentials(value, damaged)];
  if (isFlatToken(value)) return [importFlatToken(value, damaged)];
  return isMsalCache(value) ? importMsalCache(value, damaged) : undefined;
}

/** What a configuration in a text of another kind holds; undefined if that is none that is known. */
export function importConfiguration(text: string, damaged: Damaged): ImportedTokens[] | undefined {
  const remotes = rcloneRemotes(text);
  if (remotes) return importRclone(remotes, damaged);
  const hosts = ghHosts(text);
  return hosts && importGh(hosts, damaged);
}
