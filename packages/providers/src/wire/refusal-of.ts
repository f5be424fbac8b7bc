import { TokenEndpointError } from '@everbearer/core';
import { optionFor } from './option-for.ts';
import { placeOfToken } from './place-of-token.ts';
import { serverWords } from './server-words.ts';
import type { ReplyRules, TokenReply } from './token-reply.ts';

/**
 * The error of a reply that brings no token: what it means by the rules, else `invalid_response`.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function refusalOf(
  reply: TokenReply,
  rules: Pick<ReplyRules, 'wordsOf' | 'hasReadings'>,
): TokenEndpointError {
  const { status, retryAfterMs, secrets, isProved = false } = reply;
  const words = rules.wordsOf(reply);
  if (words === undefined) {
    const description = unexplained(reply, rules.hasReadings === true);
    const retryable = LASTING.has(status) ? false : undefined;
    const told = { code: 'invalid_response', status, secrets, retryAfterMs, description, retryable };
    return new TokenEndpointError(told);
  }
  const { code, serverCode, passes, sentence } = words;
  const said = [inOwnWords(sentence, serverCode), optionFor(words, isProved)];
  const parts = said.filter((part) => part !== undefined);
  const description = parts.length > 0 ? parts.join(': ') : undefined;
  return new TokenEndpointError({ code, status, passes, secrets, retryAfterMs, description });
}

/** A refusal of something else than tokens: whoever reads it thinks of a token request otherwise. */
export function refusedRequest(what: string, refusal: TokenEndpointError): TokenEndpointError {
  const { code, status, retryable, retryAfterMs, description } = refusal;
  const said = `${what} was refused${description === undefined ? '' : `: ${description}`}`;
  return new TokenEndpointError({ code, status, retryable, retryAfterMs, description: said });
}

/** The code stands before it, so what the server itself calls the fault comes last, and its remedy is not cut off. */
function inOwnWords(sentence: string | undefined, serverCode: string | undefined): string | undefined {
  if (serverCode === undefined) return sentence;
  const own = `in its own words ${serverCode}`;
  return sentence === undefined ? own : `${sentence.replace(/[.\s]+$/, '')} (${own})`;
}

/** With these, servers refuse a grant or a client. */
const REFUSING: ReadonlySet<number> = new Set([400, 401, 403, 422]);

/** Not Implemented, HTTP Version Not Supported, and the log-in page of a network: what waiting does not change. */
const LASTING: ReadonlySet<number> = new Set([501, 505, 511]);

/** What came in place of a token and of a code, and the option that reads it. */
function unexplained({ status, content, headers }: TokenReply, hasReadings: boolean): string {
  const place = status >= 200 && status < 300 ? placeOfToken(content) : undefined;
  if (place !== undefined) return hasReadings ? `${place}: say by \`readReply\` where the tokens are` : place;
  const { code, sentence } = serverWords(content);
  const said = [code, sentence].filter((part) => part !== undefined).join(': ');
  const isAnswer = status < 300 || REFUSING.has(status);
  const hint = hasReadings && isAnswer ? '; what that means can be told by `refusal`' : '';
  if (said)
    return `the reply contains neither a token nor an error code that is known. It says: ${said}${hint}`;
  if (content === '') return `the reply is empty${status < 300 ? '' : hint}`;
  const isPage = typeof content === 'string' && /^<(!doctype|html|head|body)/i.test(content);
  if (isPage) return `the reply is a web page${titleOf(content)}, and no answer of a token endpoint`;
  if (typeof content !== 'string') return 'the reply contains neither a token nor an error code';
  const type = headers.get('content-type')?.split(';')[0]?.trim();
  const what = type && /^[\w.+/-]{1,60}$/.test(type) ? ` (${type})` : '';
  return `the reply with status ${status} is neither JSON nor a form${what}`;
}

function titleOf(page: string): string {
  const title = /<title[^>]*>([^<]{1,80})/i.exec(page)?.[1]?.trim();
  return title ? ` ("${title}")` : '';
}
