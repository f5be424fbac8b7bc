import { TokenEndpointError } from '@everbearer/core';
import { challengeWords } from '../wire/challenge-words.ts';
import { openIdUser } from '../wire/id-token.ts';
import type { JsonObject } from '../wire/json-object.ts';
import { membersIn } from '../wire/reply-content.ts';
import { serverWords } from '../wire/server-words.ts';
import { type RefusalWords, type ReplyRules, textOf } from '../wire/token-reply.ts';
import { saysDeadRefreshToken } from './dead-refresh-token.ts';
import { dialectOf } from './dialects.ts';
import type { RefusalReading } from './refusals.ts';

/**
 * How to read the replies of any OAuth 2.0 server: what its user says first, then the dialects of the large services, then
 * the code of RFC 6749, and only where that says little its sentence.
 */
export function oauth2Replies(refusal?: RefusalReading): ReplyRules {
  return {
    hasReadings: true,
    wordsOf({ status, content: body, headers }) {
      const told = refusal && readingOf(refusal, status, body);
      const content = body === '' ? unsaidIn(status, headers) : body;
      const { code, sentence } = serverWords(content);
      if (told !== undefined) return named(told, code, sentence);
      const dialect = dialectOf(status, content);
      if (dialect) return named(dialect.code, code, sentence);
      const refuses = REFUSING.has(status);
      const error = textOf(membersIn(content)?.error) ?? (refuses ? standardCodeIn(code) : undefined);
      if (refuses && sentence !== undefined && isVague(error) && saysDeadRefreshToken(sentence))
        return named('invalid_grant', code, sentence);
      if (error === undefined) return undefined;
      if (NO_ENDPOINT.has(status) && standardCodeIn(error) === undefined) return undefined;
      if (error.length > LONGEST_CODE) return { code: 'invalid_response', sentence: error };
      const standard = standardCodeIn(error) ?? error;
      if (standard !== error) return named(standard, error, sentence);
      return standardWords(error, membersIn(content) ?? {}, sentence);
    },
    userOf: openIdUser,
  };
}

/**
 * What the user's own function makes of a reply. The reply was read whole, so a function that fails does not make it a lost one.
 * @throws {TokenEndpointError} `invalid_response` when it throws, or returns what is no code
 */
function readingOf(refusal: RefusalReading, status: number, content: unknown): string | undefined {
  let told: unknown;
  let cause: unknown;
  try {
    told = refusal(status, content);
    if (told === undefined || told === null || (typeof told === 'string' && told !== ''))
      return told || undefined;
  } catch (error) {
    cause = error;
  }
  const description =
    '`refusal` of the provider must return a code, or undefined, and returned something else';
  throw new TokenEndpointError({ code: 'invalid_response', status, description, cause });
}

/**
 * What a refusal without a body says: its header, or at the least that the client was not authenticated.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
function unsaidIn(status: number, headers: Headers): unknown {
  const challenge = headers.get('www-authenticate');
  const isOfClient = status === 401 && /^basic\b/i.test(challenge ?? '');
  return challengeWords(challenge) ?? (isOfClient ? { error: 'invalid_client' } : '');
}

/** Codes that say less than the sentence beside them. */
const VAGUE: ReadonlySet<string | undefined> = new Set([
  undefined,
  'invalid_request',
  'unauthorized_client',
  'invalid_token',
  'unauthorized',
  'bad_request',
  'error',
]);

const isVague = (error: string | undefined) => VAGUE.has(error?.toLowerCase().replaceAll(' ', '_'));

/** What the server itself calls it is kept in the description. */
function named(code: string, serverCode: string | undefined, sentence: string | undefined): RefusalWords {
  return { code, serverCode: serverCode === code ? undefined : serverCode, sentence };
}

/** 428 is Google's, while a device code waits for its person. */
const REFUSING: ReadonlySet<number> = new Set([400, 401, 403, 428]);

/** With these there is no endpoint at the address, whatever the page there calls that (`Realm does not exist`). */
const NO_ENDPOINT: ReadonlySet<number> = new Set([404, 405, 410]);

/** Longer than any code of any server. */
const LONGEST_CODE = 64;

/**
 * The code of RFC 6749 or RFC 8628 that is meant by one in capitals or with blanks (`Invalid Grant`), or that stands in another place than
 * the RFC says.
 */
function standardCodeIn(error: string | undefined): string | undefined {
  const standard = error?.toLowerCase().replaceAll(/[ -]+/g, '_') ?? '';
  return STANDARD.has(standard) ? standard : undefined;
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 @see https://www.rfc-editor.org/rfc/rfc8628#section-3.5 */
const STANDARD: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'authorization_pending',
  'slow_down',
  'expired_token',
  'access_denied',
]);

function standardWords(error: string, body: JsonObject, sentence: string | undefined): RefusalWords {
  // Google's session control: a person must sign in again, and the refresh token then works again.
  const subtype = textOf(body.error_subtype);
  if (error === 'invalid_grant' && subtype === 'invalid_rapt')
    return { code: 'interaction_required', serverCode: `${error}, invalid_rapt`, sentence };
  if (error === 'invalid_grant') return { code: error, passes: subtype === 'rapt_required', sentence };
  return { code: error, sentence };
}
