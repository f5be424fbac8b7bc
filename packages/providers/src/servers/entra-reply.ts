import type { TokenUser } from '@everbearer/core/contract';
import { decodedObject, idTokenClaims, userOf } from '../wire/id-token.ts';
import type { JsonObject } from '../wire/json-object.ts';
import { type RefusalWords, type ReplyRules, textOf } from '../wire/token-reply.ts';

/** With these, `invalid_grant` means that a person must act, after which the refresh token may work again. */
const INTERACTION_SUBERRORS: ReadonlySet<string> = new Set([
  'message_only',
  'basic_action',
  'additional_action',
  'consent_required',
  'user_password_expired',
]);

/** What RFC 8628 calls otherwise. */
const DEVICE_CODE_NAMES: ReadonlyMap<string, string> = new Map([
  ['authorization_declined', 'access_denied'],
  ['code_expired', 'expired_token'],
]);

/**
 * How Entra's replies differ. An `invalid_grant` with any other suberror stays what it is: the numbers in its
 * description may change.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const ENTRA_REPLIES: ReplyRules = { wordsOf: entraWords, userOf: entraUser };

function entraWords(error: string, body: JsonObject): RefusalWords {
  const suberror = textOf(body.suberror);
  if (error === 'invalid_grant' && suberror !== undefined && INTERACTION_SUBERRORS.has(suberror))
    return { code: 'interaction_required', serverCode: `${error}, ${suberror}` };
  const code = DEVICE_CODE_NAMES.get(error);
  return code === undefined ? { code: error } : { code, serverCode: error };
}

/** `oid` is the same person in every application of a tenant; `sub` differs between applications. */
function entraUser(body: JsonObject): TokenUser | undefined {
  const claims = idTokenClaims(body.id_token);
  if (claims) return userOf(claims.oid ?? claims.sub, claims.preferred_username, claims.tid);
  const clientInfo = textOf(body.client_info);
  const named = clientInfo === undefined ? undefined : decodedObject(clientInfo);
  return named && userOf(named.uid, undefined, named.utid);
}
