import { TokenEndpointError } from '@everbearer/core';
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
    wordsOf({ status, content }) {
      const told = refusal && readingOf(refusal, status, content);
      const { code, sentence } = serverWords(content);
      if (told !== undefined) return named(told, code, sentence);
      const dialect = dialectOf(status, content);
      if (dialect) return named(dialect.code, code, sentence);
      const error = textOf(membersIn(content)?.error);
      const refuses = status === 400 || status === 401 || status === 403;
      if (refuses && sentence !== undefined && isVague(error) && saysDeadRefreshToken(sentence))
        return named('invalid_grant', code, sentence);
      return error === undefined ? undefined : standardWords(error, membersIn(content) ?? {}, sentence);
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
  const description = '`refusal` of the provider must return a code, or undefined, and did neither';
  throw new TokenEndpointError({ code: 'invalid_response', status, description, cause });
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

function standardWords(error: string, body: JsonObject, sentence: string | undefined): RefusalWords {
  // Google's session control: a person must sign in again, and the refresh token then works again.
  const subtype = textOf(body.error_subtype);
  if (error === 'invalid_grant' && subtype === 'invalid_rapt')
    return { code: 'interaction_required', serverCode: `${error}, invalid_rapt`, sentence };
  if (error === 'invalid_grant') return { code: error, passes: subtype === 'rapt_required', sentence };
  return { code: error, sentence };
}
