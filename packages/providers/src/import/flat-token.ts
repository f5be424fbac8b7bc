import { isJsonObject, type JsonObject } from '../wire/json-object.ts';
import type { ImportedTokens } from './imported-tokens.ts';
import { importSession } from './stored-session.ts';
import { type Damaged, instantIn, momentIn } from './stored-value.ts';

/**
 * The token response of one person, with the instant when the access token ends: Python-O365 up to 2.0.38, vdirsyncer and all
 * else that stores a token of requests-oauthlib (`expires_at` in seconds); simple-oauth2 (`expires_at` a date with its zone);
 * a token of Go, as in rclone (`expiry`); google-auth-library for Node (`expiry_date` in milliseconds).
 */
export function isFlatToken(value: unknown): value is JsonObject {
  return (
    isJsonObject(value) && (Object.hasOwn(value, 'access_token') || Object.hasOwn(value, 'refresh_token'))
  );
}

/** @throws what `damaged` makes, if a token in the file cannot be used */
export function importFlatToken(file: JsonObject, damaged: Damaged): ImportedTokens {
  const expiresAt = endIn(file);
  return importSession(
    { layout: 'token-response', object: file, expiresAt, lastRenewedAt: renewedAt(file, expiresAt) },
    damaged,
  );
}

/** When the access token of a token response ends, under whatever name it is kept. */
export function endIn(token: JsonObject): number | undefined {
  return momentIn(token, 'expires_at') ?? momentIn(token, 'expiry') ?? momentIn(token, 'expiry_date');
}

/** When the tokens were issued: the file says when the access token ends, and how long it lives. */
export function renewedAt(token: JsonObject, expiresAt: number | undefined): number | undefined {
  const lifeMs = instantIn(token, 'expires_in');
  return expiresAt === undefined || lifeMs === undefined ? undefined : expiresAt - lifeMs;
}
