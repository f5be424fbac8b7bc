import { httpDate } from './http-date.ts';
import type { JsonObject } from './json-object.ts';

/** A longer life of an access token is a mistake. */
export const LONGEST_ACCESS_S: number = 366 * 24 * 3_600;
const LONGEST_REFRESH_S = 20 * 366 * 24 * 3_600;

/** A number of seconds, also as text, that is above zero and at most `longest`. */
export function secondsOf(value: unknown, longest: number): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,12}(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 && seconds <= longest ? seconds : undefined;
}

/** When something ends that lives so many seconds; undefined where that is no reasonable number of them. */
export function instantAfter(receivedAt: number, life: unknown, longest: number): number | undefined {
  const seconds = secondsOf(life, longest);
  return seconds === undefined ? undefined : receivedAt + Math.floor(seconds * 1000);
}

/**
 * What servers call the life of a refresh token: Keycloak and others, GitHub and Entra, Intuit, Zoho's and LinkedIn's
 * relatives, and what camel case makes of them; then those that name its end.
 * @see https://www.keycloak.org/docs/latest/server_admin/#_timeouts
 * @see https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0
 */
const NAMES: readonly string[] = [
  'refresh_token_expires_in',
  'refresh_expires_in',
  'x_refresh_token_expires_in',
  'refresh_token_lifetime',
  'refresh_token_validity',
  'refresh_token_ttl',
  'refreshTokenExpiresIn',
  'refresh_token_expires_at',
  'refresh_expires_at',
  'refresh_token_expiration',
  'refresh_token_expiry',
  'refresh_token_expires',
  'refreshTokenExpiresAt',
];

/** When the refresh token of a reply ends, by whatever name the reply says so, and in whatever unit. */
export function refreshTokenEnd(body: JsonObject, receivedAt: number): number | undefined {
  for (const name of NAMES) {
    const end = Object.hasOwn(body, name) ? endOf(body[name], receivedAt) : undefined;
    if (end !== undefined) return end;
  }
  return undefined;
}

/** Whole lives are far below the instants of this century, and these in seconds far below those in milliseconds. */
function endOf(value: unknown, receivedAt: number): number | undefined {
  const life = instantAfter(receivedAt, value, LONGEST_REFRESH_S);
  if (life !== undefined) return life;
  const number = typeof value === 'string' && /^\d{10,13}$/.test(value) ? Number(value) : value;
  const instant = typeof number === 'number' ? (number < 1e11 ? number * 1000 : number) : dateOf(value);
  const isNear =
    instant !== undefined && instant > receivedAt && instant - receivedAt <= LONGEST_REFRESH_S * 1000;
  return isNear ? Math.floor(instant) : undefined;
}

/** An instant with its zone. Without one it could be hours away. */
function dateOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/.test(value);
  const instant = isIso ? Date.parse(value) : httpDate(value);
  return instant === undefined || Number.isNaN(instant) ? undefined : instant;
}
