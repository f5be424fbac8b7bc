import { TokenEndpointError } from '@everbearer/core';
import { isJsonObject } from './json-object.ts';
import { secretsInReply } from './secrets-in.ts';
import type { TokenReply } from './token-reply.ts';

/**
 * Finds the tokens of a reply that has them in odd places: it returns the members of RFC 6749 section 5.1 (`access_token`,
 * `refresh_token`, `expires_in` in seconds ...), or undefined where the usual places are right. `body` is the JSON of the reply
 * whatever its kind, the members of a form, or else its text.
 */
export type ReplyReading = (body: unknown, reply: { status: number; headers: Headers }) => object | undefined;

/**
 * The reply as it is to be read. It came whole, so a function that fails makes it no lost reply.
 * @throws {TokenEndpointError} `invalid_response` when `readReply` throws or returns something else
 */
export function readAs(readReply: ReplyReading | undefined, reply: TokenReply): TokenReply {
  if (!readReply) return reply;
  const { status, headers, content } = reply;
  let found: unknown;
  let cause: unknown;
  try {
    found = readReply(content, { status, headers });
  } catch (error) {
    cause = error;
  }
  if (cause === undefined && (found === undefined || found === null)) return reply;
  if (cause === undefined && isJsonObject(found) && !('then' in found)) {
    const secrets = [...reply.secrets, ...secretsInReply(found)];
    // Words of a refusal stay where they were, unless they were found as well.
    const isTokens = 'access_token' in found || 'refresh_token' in found;
    return { ...reply, body: found, content: isTokens ? content : found, secrets };
  }
  const description =
    '`readReply` of the provider must return the members of a token reply, or undefined, and did neither';
  throw new TokenEndpointError({ code: 'invalid_response', status, description, cause });
}
