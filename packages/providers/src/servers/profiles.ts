import { type ProviderProfile, STRICT_PROFILE } from '@everbearer/core/contract';
import { ENTRA_PROFILE } from './entra-profile.ts';
import { SOFTWARE_PROFILES, type SoftwareName } from './software-profiles.ts';

const DAY_MS = 24 * 60 * 60_000;

/** The names under which {@link profiles} are found. */
export type ProfileName = ServiceName | SoftwareName | 'unknown';

/** Services of one operator each. */
export type ServiceName = 'entra' | 'google' | 'github' | 'okta' | 'auth0' | 'cognito' | 'atlassian';

/**
 * What authorization servers do with refresh tokens: services by their documentation, software as it was measured. If an
 * operator can change it, the strictest setting is assumed; say how yours is set with a copy:
 * `{ ...profiles.okta, graceMs: 30_000 }`.
 */
export const profiles: Readonly<Record<ProfileName, Readonly<ProviderProfile>>> = /* @__PURE__ */ (() => ({
  /**
   * A new refresh token with each use; the old ones stay valid until their 90 days end. Single-page
   * applications get 24 hours.
   * @see https://learn.microsoft.com/entra/identity-platform/refresh-tokens
   */
  entra: ENTRA_PROFILE,
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
    replayEnds: 'nothing',
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
   * Rotation and its grace period are settings of each application; a replay ends every token since sign-in. How long that is good
   * for, 90 days at the org authorization server, counts from the sign-in.
   * @see https://developer.okta.com/docs/guides/refresh-tokens/main/
   * @see https://support.okta.com/help/s/article/refresh-token-expiration-behavior
   */
  okta: {
    rotates: 'unknown',
    graceMs: 0,
    oldAccessTokenDies: false,
    slidingWindow: false,
    replayEnds: 'session',
  },
  /**
   * Rotation and its overlap are settings of each application; a replay revokes the family, whose life counts
   * from sign-in.
   * @see https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation
   */
  auth0: {
    rotates: 'unknown',
    graceMs: 0,
    oldAccessTokenDies: false,
    slidingWindow: false,
    replayEnds: 'session',
  },
  /**
   * Amazon Cognito: rotation and its grace (60 seconds at most) are settings of each application. Rotated or not, a session
   * lives as long as the first refresh token: 30 days unless set otherwise.
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
   */
  cognito: {
    rotates: 'unknown',
    graceMs: 0,
    oldAccessTokenDies: false,
    refreshTokenLifetimeMs: 30 * DAY_MS,
    slidingWindow: false,
    replayEnds: 'session',
  },
  /**
   * Atlassian Cloud: a replay more than ten minutes later ends the session. A session ends after 90 days without use, and
   * after 365 days in any case.
   * @see https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/
   */
  atlassian: {
    rotates: true,
    graceMs: 10 * 60_000,
    oldAccessTokenDies: false,
    refreshTokenLifetimeMs: 90 * DAY_MS,
    slidingWindow: true,
    replayEnds: 'session',
  },
  ...SOFTWARE_PROFILES,
  /** A server that nothing is known about: refresh tokens are taken to be single-use. The default of `oauth2()`. */
  unknown: STRICT_PROFILE,
}))();
