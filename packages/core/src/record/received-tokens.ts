import { isObject, isTextList } from '../check-option.ts';
import type { TokenSet, TokenUser } from '../contract/token-provider.ts';
import { EndpointFailure } from '../errors/endpoint-failure.ts';
import { isDpop, tokenFault, typeFault } from '../token-fault.ts';
import type { StoredAccessToken } from './credential-record.ts';
import { LONGEST_SCOPE, LONGEST_TEXT, LONGEST_USER_ID, LONGEST_USERNAME } from './limits.ts';
import { refreshTokenFault } from './refresh-token-fault.ts';

const LONGEST_LIFE_MS = 366 * 24 * 60 * 60_000;
/** The date of an answer that came later than this tells nothing of the moment it was read. */
const PROMPT_MS = 5_000;
/** The last instant there is. */
const LAST_INSTANT = 8.64e15;

/** A token response after the checks. What is unusable is left out, so that it costs nothing that came with it. */
export interface ReceivedTokens {
  access?: Omit<StoredAccessToken, 'grantId'> | undefined;
  refreshToken?: string | undefined;
  refreshTokenExpiresAt?: number | undefined;
  /** The key that they are bound to. */
  dpopKey?: string | undefined;
  username?: string | undefined;
  userId?: string | undefined;
  /** What was wrong with the tokens, in words that never quote them; undefined when all of them can be used. */
  fault?: string | undefined;
  /** Members of the reply that are kept beside the tokens. */
  kept?: Readonly<Record<string, string>> | undefined;
  /** What was asked for and not granted. */
  missingScopes?: readonly string[] | undefined;
  /** The server refused, and sent a new refresh token along. */
  refusal?: EndpointFailure | undefined;
  /** A refresh token came and cannot be kept. It may have replaced the stored one at the server. */
  lostRefreshToken?: boolean | undefined;
}

/**
 * Checks what a provider returned `tookMs` after it was asked. A life counts from the question: how long the answer was on
 * its way, or lay unread while this process stood still, cannot be known.
 * @throws {TokenEndpointError} `invalid_response` when there is neither an access nor a refresh token
 */
export function receiveTokens(tokens: TokenSet, now: number, tookMs = 0): ReceivedTokens {
  const given: TokenSet = isObject(tokens) ? tokens : {};
  const access = accessFault(given, now);
  const lost = isAbsent(given.refreshToken) ? undefined : refreshTokenFault(given.refreshToken);
  const refreshToken = lost === undefined ? given.refreshToken || undefined : undefined;
  const faults = [access && `the access token ${access}`, lost && `the refresh token ${lost}`];
  const fault = faults.filter((each) => each !== undefined).join(', and ') || undefined;
  const refusal = given.refusal instanceof EndpointFailure ? given.refusal : undefined;
  if (access !== undefined && refreshToken === undefined)
    throw refusal ?? new EndpointFailure({ code: 'invalid_response', description: fault });
  return {
    access: access === undefined ? accessOf(given, now, tookMs) : undefined,
    fault,
    refreshToken,
    refusal,
    kept: keptOf(given.kept),
    missingScopes: scopesOf(given.missingScopes),
    lostRefreshToken: lost === undefined ? undefined : true,
    refreshTokenExpiresAt: instantOrNone(given.refreshTokenExpiresAt, now, LAST_INSTANT),
    dpopKey: given.dpopKey,
    username: usernameOf(given.user),
    userId: userIdOf(given.user),
  };
}

/** Why a reply is not a complete renewal: its access token cannot be used, or its refresh token cannot be stored. */
export function receivedFault({ fault, refusal }: ReceivedTokens): EndpointFailure | undefined {
  if (refusal || fault === undefined) return refusal;
  return new EndpointFailure({ code: 'invalid_response', description: fault });
}

/** Servers that bring no new refresh token leave it out, or send null or an empty text. */
const isAbsent = (token: unknown) => token === undefined || token === null || token === '';

function accessFault(given: TokenSet, now: number): string | undefined {
  const { accessToken, tokenType, dpopKey, expiresAt = 0 } = given;
  // A provider of the user's own may hand on what the server sent.
  if (accessToken === undefined)
    return 'access_token' in given ? 'must be named `accessToken`: see `readTokens()`' : 'is missing';
  const isElse =
    typeof expiresAt === 'string' ||
    (expiresAt as unknown) instanceof Date ||
    (expiresAt === 0 && 'expiresIn' in given);
  const isInSeconds = expiresAt > 0 && expiresAt < now / 100;
  return (
    tokenFault(accessToken) ??
    typeFault(tokenType, dpopKey) ??
    (isInSeconds ? 'has its `expiresAt` in seconds, not milliseconds' : undefined) ??
    (isElse ? 'must have its `expiresAt` in milliseconds since the epoch' : undefined)
  );
}

function accessOf(given: TokenSet, now: number, tookMs: number): Omit<StoredAccessToken, 'grantId'> {
  const expiresAt = instantOrNone(given.expiresAt, now, now + LONGEST_LIFE_MS);
  const renewAt = instantOrNone(given.renewAt, now, expiresAt ?? LAST_INSTANT);
  return {
    token: given.accessToken as string,
    tokenType: isDpop(given.tokenType) ? 'DPoP' : 'Bearer',
    dpopKey: isDpop(given.tokenType) ? given.dpopKey : undefined,
    scopes: scopesOf(given.scopes),
    obtainedAt: now - tookMs,
    serverDate: tookMs > PROMPT_MS ? undefined : instantOrNone(given.serverDate, 0, LAST_INSTANT),
    expiresAt: expiresAt && expiresAt - tookMs,
    renewAt: renewAt && renewAt - tookMs,
  };
}

/** The granted scopes are for information only; an unreasonable list is left out. */
function scopesOf(scopes: unknown): readonly string[] | undefined {
  if (!Array.isArray(scopes)) return undefined;
  const texts = scopes.filter((scope): scope is string => typeof scope === 'string');
  return texts.length <= 512 && texts.join(' ').length <= LONGEST_SCOPE ? texts : undefined;
}

/** Kept whole or not at all, so that the record can be read again. */
function keptOf(kept: unknown): Record<string, string> | undefined {
  const fits =
    isObject(kept) && isTextList(Object.values(kept)) && JSON.stringify(kept).length <= LONGEST_TEXT;
  return fits ? (kept as Record<string, string>) : undefined;
}

function usernameOf(user: TokenUser | undefined): string | undefined {
  const username: unknown = user?.username;
  return typeof username === 'string' && username.length <= LONGEST_USERNAME ? username : undefined;
}

/** Two sign-ins with the same one are of the same user; a user whom the server does not name equals no other. */
function userIdOf(user: TokenUser | undefined): string | undefined {
  const { id, tenantId } = (user ?? {}) as Record<keyof TokenUser, unknown>;
  if (typeof id !== 'string' || id === '') return undefined;
  const whole = typeof tenantId === 'string' && tenantId !== '' ? `${tenantId} ${id}` : id;
  return whole.length <= LONGEST_USER_ID ? whole : undefined;
}

/** A future instant within reason, in whole milliseconds; anything else counts as not said. */
function instantOrNone(value: unknown, after: number, until: number): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > after && value <= until
    ? Math.round(value)
    : undefined;
}
