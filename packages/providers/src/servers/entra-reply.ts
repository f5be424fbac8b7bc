import type { TokenUser } from '@everbearer/core/contract';
import { decodedObject, idTokenClaims, userOf } from '../wire/id-token.ts';
import type { JsonObject } from '../wire/json-object.ts';
import { membersIn } from '../wire/reply-content.ts';
import { type RefusalWords, type ReplyRules, textOf } from '../wire/token-reply.ts';
import {
  FINAL_SUBERRORS,
  INTERACTION_SUBERRORS,
  PASSING_NUMBERS,
  PASSING_SUBERRORS,
} from './entra-refusals.ts';

/** What RFC 8628 calls otherwise. */
const DEVICE_CODE_NAMES: ReadonlyMap<string, string> = new Map([
  ['authorization_declined', 'access_denied'],
  ['code_expired', 'expired_token'],
]);

/**
 * How Entra's replies differ. An `invalid_grant` with any other suberror stays what it is, unless a number in `error_codes`
 * says that it passes; what its description says decides nothing.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const ENTRA_REPLIES: ReplyRules = {
  wordsOf({ content }) {
    const body = membersIn(content);
    const error = textOf(body?.error);
    if (!body || error === undefined) return undefined;
    return { ...entraWords(error, body), sentence: textOf(body.error_description) };
  },
  userOf: entraUser,
};

function entraWords(error: string, body: JsonObject): RefusalWords {
  const suberror = textOf(body.suberror);
  if (error === 'invalid_grant' && suberror !== undefined && INTERACTION_SUBERRORS.has(suberror))
    return { code: 'interaction_required', serverCode: `${error}, ${suberror}` };
  if (error === 'invalid_grant') return { code: error, passes: isPassing(body, suberror) };
  const code = DEVICE_CODE_NAMES.get(error);
  return code === undefined ? { code: error } : { code, serverCode: error };
}

function isPassing({ error_codes: numbers }: JsonObject, suberror: string | undefined): boolean {
  if (suberror !== undefined && FINAL_SUBERRORS.has(suberror)) return false;
  if (suberror !== undefined && PASSING_SUBERRORS.has(suberror)) return true;
  return Array.isArray(numbers) && numbers.some((number) => PASSING_NUMBERS.has(number));
}

/** `oid` is the same person in every application of a tenant; `sub` differs between applications. */
function entraUser(body: JsonObject): TokenUser | undefined {
  const claims = idTokenClaims(body.id_token);
  if (claims) return userOf(claims.oid ?? claims.sub, claims.preferred_username, claims.tid);
  const clientInfo = textOf(body.client_info);
  const named = clientInfo === undefined ? undefined : decodedObject(clientInfo);
  return named && userOf(named.uid, undefined, named.utid);
}
