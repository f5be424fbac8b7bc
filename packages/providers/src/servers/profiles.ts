import { type ProviderProfile, STRICT_PROFILE } from '@everbearer/core/contract';

const DAY_MS = 24 * 60 * 60_000;

/** The names under which {@link profiles} are found. */
export type ProfileName = 'entra' | 'google' | 'github' | 'okta' | 'auth0' | 'keycloak' | 'unknown';

/**
 * What authorization servers do with refresh tokens, from their documentation. If an operator can change it, the
 * strictest setting is assumed; say how yours is set with a copy: `{ ...profiles.okta, graceMs: 30_000 }`.
 */
export const profiles: Readonly<Record<ProfileName, Readonly<ProviderProfile>>> = {
  /**
   * A new refresh token with each use; the old ones stay valid until their 90 days end. Single-page
   * applications get 24 hours.
   * @see https://learn.microsoft.com/entra/identity-platform/refresh-tokens
   */
  entra: {
    rotates: true,
    graceMs: Number.POSITIVE_INFINITY,
    oldAccessTokenDies: false,
    refreshTokenLifetimeMs: 90 * DAY_MS,
    slidingWindow: true,
  },
  /**
   * One refresh token that stays the same, and ends after six months without use (seven days for apps in testing).
   * @see https://developers.google.com/identity/protocols/oauth2#expiration
   */
  google: {
    rotates: false,
    graceMs: Number.POSITIVE_INFINITY,
    oldAccessTokenDies: false,
    refreshTokenLifetimeMs: 182 * DAY_MS,
    slidingWindow: true,
  },
  /**
   * GitHub Apps: refresh tokens are single-use, and a refresh ends the access token that came before.
   * @see https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens
   */
  github: {
    rotates: true,
    graceMs: 0,
    oldAccessTokenDies: true,
    refreshTokenLifetimeMs: 184 * DAY_MS,
    slidingWindow: true,
  },
  /**
   * Rotation and its grace period are settings of each application; a replay ends every token since sign-in.
   * @see https://developer.okta.com/docs/guides/refresh-tokens/main/
   */
  okta: { rotates: 'unknown', graceMs: 0, oldAccessTokenDies: false, slidingWindow: true },
  /**
   * Rotation and its overlap are settings of each application; a replay revokes the family, whose life counts
   * from sign-in.
   * @see https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation
   */
  auth0: { rotates: 'unknown', graceMs: 0, oldAccessTokenDies: false, slidingWindow: false },
  /**
   * A new refresh token with each use; whether the old one dies is a setting of the realm. Replies say how long
   * it lives.
   * @see https://www.keycloak.org/docs/latest/server_admin/#_timeouts
   */
  keycloak: { rotates: true, graceMs: 0, oldAccessTokenDies: false, slidingWindow: true },
  /** A server that nothing is known about: refresh tokens are taken to be single-use. The default of `oauth2()`. */
  unknown: STRICT_PROFILE,
};
