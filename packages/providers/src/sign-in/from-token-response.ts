import { ConfigurationError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { requireMembers, requireObject } from '../options/require-option.ts';
import { openIdUser } from '../wire/id-token.ts';
import type { JsonObject } from '../wire/json-object.ts';
import { type ReplyRules, textOf } from '../wire/token-reply.ts';
import { tokensOf } from '../wire/tokens-of.ts';

/** Options of `fromTokenResponse()`. */
export interface FromTokenResponseOptions {
  /** When the response was received, in milliseconds since the epoch: `expires_in` counts from then. Default now. */
  receivedAt?: number | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({ receivedAt: true } satisfies Record<
  keyof FromTokenResponseOptions,
  true
>);

/**
 * A token response, as a token endpoint writes it and other libraries hand it on (snake_case, lives in seconds), as a
 * {@link TokenSet} for `signIn()`. `expires_at`, which libraries add, counts more than `expires_in`: seconds or milliseconds
 * since the epoch, a Date, or a text with its zone.
 * @throws {ConfigurationError} `reply`, if it is no token response; the member of it that tells no instant; or an option
 * @throws {TokenEndpointError} the error that the reply carries
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function fromTokenResponse(reply: object, options: FromTokenResponseOptions = {}): TokenSet {
  requireMembers('fromTokenResponse()', options, KNOWN, '{ receivedAt }');
  const { receivedAt = Date.now() } = options;
  if (typeof receivedAt !== 'number' || !(receivedAt >= FEWEST_MS))
    throw refused('receivedAt', 'must be milliseconds since the epoch. Multiply seconds by 1000.');
  requireObject('reply', reply, '{ access_token, expires_in }');
  const body = reply as JsonObject;
  if (!['access_token', 'refresh_token', 'error'].some((name) => textOf(body[name]) !== undefined))
    throw refused('reply', whatItIs(body));
  const expiresAt = instantOf(body['expires_at']);
  const tokens = tokensOf(
    {
      status: 200,
      headers: new Headers(),
      content: body,
      body,
      receivedAt,
      retryAfterMs: undefined,
      secrets: secretsOf(body),
    },
    RULES,
  );
  return expiresAt === undefined ? tokens : { ...tokens, expiresAt };
}

/** Its words as they are. */
const RULES: ReplyRules = {
  wordsOf({ content }) {
    const { error, error_description: sentence } = content as JsonObject;
    const code = textOf(error);
    return code === undefined ? undefined : { code, sentence: textOf(sentence) };
  },
  userOf: openIdUser,
};

/** The spring of 1973 in milliseconds, the year 5138 in seconds. */
const FEWEST_MS = 1e11;
/** A text without a zone would mean another instant on each machine. */
const ZONED = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2})$/i;

function instantOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && /^\d{1,16}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && number > 0)
    return Math.floor(number < FEWEST_MS ? number * 1000 : number);
  const instant = value instanceof Date ? value.getTime() : zonedInstant(value);
  if (!Number.isNaN(instant)) return instant;
  throw refused(
    'reply.expires_at',
    'tells no instant. Pass seconds since the epoch, a Date, or a text with its zone, or leave it out.',
  );
}

const zonedInstant = (value: unknown) =>
  typeof value === 'string' && ZONED.test(value) ? Date.parse(value.replace(/\s?UTC$/i, 'Z')) : Number.NaN;

function secretsOf(body: JsonObject): string[] {
  const tokens = ['access_token', 'refresh_token', 'id_token'].map((name) => textOf(body[name]));
  return tokens.filter((token) => token !== undefined);
}

function whatItIs(body: JsonObject): string {
  if (body instanceof Response) return 'is a Response. Pass its content: await response.json().';
  if ('accessToken' in body || 'refreshToken' in body)
    return 'is in camelCase already. Hand a TokenSet to signIn() as it is; of another library, pass what the token endpoint answered.';
  return 'holds neither `access_token` nor `refresh_token`. Pass what the token endpoint answered, as an object.';
}

function refused(option: string, words: string): ConfigurationError {
  return new ConfigurationError({ option, message: `\`${option}\` ${words}` });
}
