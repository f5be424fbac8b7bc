import type { TokenUser } from '@everbearer/core/contract';
import { decodedObject, idTokenClaims, userOf } from '../wire/id-token.ts';
import type { JsonObject } from '../wire/json-object.ts';
import { membersIn } from '../wire/reply-content.ts';
import { type RefusalWords, type ReplyRules, textOf } from '../wire/token-reply.ts';
import { type EntraError, entraErrors } from './entra-errors.ts';
import { FINAL_SUBERRORS, INTERACTION_SUBERRORS, PASSING_SUBERRORS } from './entra-refusals.ts';

/** What RFC 8628 calls otherwise. */
const DEVICE_CODE_NAMES: ReadonlyMap<string, string> = new Map([
  ['authorization_declined', 'access_denied'],
  ['code_expired', 'expired_token'],
]);

/**
 * How Entra's replies differ. An `invalid_grant` with any other suberror stays what it is, unless a number in `error_codes`
 * says that it passes; what its description says decides nothing. A number that is known puts its remedy into the description.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const ENTRA_REPLIES: ReplyRules = {
  wordsOf({ content }) {
    const body = membersIn(content);
    const error = textOf(body?.error);
    if (!body || error === undefined) return undefined;
    return { sentence: textOf(body.error_description), ...entraWords(error, body) };
  },
  userOf: entraUser,
};

function entraWords(error: string, body: JsonObject): RefusalWords {
  const known = knownErrors(body);
  const words = codeOf(error, textOf(body.suberror), known);
  const isFinal = words.code === 'invalid_grant' && !words.passes;
  const cause = isFinal ? known.find(({ kind }) => kind === 'final') : (known.find(passes) ?? known[0]);
  return cause === undefined ? words : { ...words, sentence: advised(cause, body) };
}

function codeOf(error: string, suberror: string | undefined, known: readonly EntraError[]): RefusalWords {
  if (error === 'invalid_grant' && suberror !== undefined) {
    if (INTERACTION_SUBERRORS.has(suberror))
      return { code: 'interaction_required', serverCode: `${error}, ${suberror}` };
    if (FINAL_SUBERRORS.has(suberror)) return { code: error, passes: false };
    if (PASSING_SUBERRORS.has(suberror)) return { code: error, passes: true };
  }
  if (PASSING_BY_ITSELF.has(error) && known.some(({ kind }) => kind === 'later'))
    return { code: 'temporarily_unavailable', serverCode: error };
  if (error === 'invalid_grant') return { code: error, passes: known.some(passes) };
  const code = DEVICE_CODE_NAMES.get(error);
  return code === undefined ? { code: error } : { code, serverCode: error };
}

/** Under these names Entra also reports what passes by itself. */
const PASSING_BY_ITSELF: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_request']);

const passes = ({ kind }: EntraError) => kind !== 'final';

function knownErrors({ error_codes: numbers }: JsonObject): EntraError[] {
  if (!Array.isArray(numbers)) return [];
  return numbers.map((number) => entraErrors.get(number)).filter((known) => known !== undefined);
}

/** The remedy first, since a description is cut after 200 characters; Entra's own words after it, without their numbers. */
function advised({ number, remedy }: EntraError, body: JsonObject): string {
  const said = textOf(body.error_description)
    ?.replace(new RegExp(`^AADSTS${number}:\\s*`), '')
    .replace(/\s*Trace ID:.*$/s, '');
  return `AADSTS${number}: ${remedy}${said ? ` Entra said: ${said}` : ''}`;
}

/** `oid` is the same person in every application of a tenant; `sub` differs between applications. */
function entraUser(body: JsonObject): TokenUser | undefined {
  const claims = idTokenClaims(body.id_token);
  if (claims) return userOf(claims.oid ?? claims.sub, claims.preferred_username, claims.tid);
  const clientInfo = textOf(body.client_info);
  const named = clientInfo === undefined ? undefined : decodedObject(clientInfo);
  return named && userOf(named.uid, undefined, named.utid);
}
