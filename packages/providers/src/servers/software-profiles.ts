import type { ProviderProfile } from '@everbearer/core/contract';

const DAY_MS = 24 * 60 * 60_000;

/** Servers that people run themselves, and libraries that servers are made of. */
export type SoftwareName =
  | 'keycloak'
  | 'oidcProvider'
  | 'betterAuth'
  | 'workersOAuthProvider'
  | 'jmondiOAuth2Server'
  | 'nodeOAuth2Server'
  | 'glewlwyd'
  | 'lemonldapNg'
  | 'doorkeeper'
  | 'djangoOAuthToolkit'
  | 'authlib'
  | 'atproto';

type SoftwareProfiles = Readonly<Record<SoftwareName, Readonly<ProviderProfile>>>;

/**
 * What software does with refresh tokens as it is installed, measured on loopback but for Keycloak, whose row is from its
 * documentation. The versions stand with each. Our tests hold all others against the servers themselves.
 */
export const SOFTWARE_PROFILES: SoftwareProfiles = /* @__PURE__ */ (() => ({
  /**
   * A new refresh token with each use; whether the old one dies is a setting of the realm. Replies say how long
   * it lives.
   * @see https://www.keycloak.org/docs/latest/server_admin/#_timeouts
   */
  keycloak: {
    rotates: true,
    graceMs: 0,
    oldAccessTokenDies: false,
    slidingWindow: true,
    replayEnds: 'session',
  },
  /**
   * oidc-provider 9.13. Public clients get a new refresh token with each use; confidential ones one that stays the same until
   * 70 % of its life are over. Clients that are web pages (`application_type` web, without a secret) live 14 days from the
   * sign-in: `{ ...profiles.oidcProvider, slidingWindow: false }`.
   * @see https://github.com/panva/node-oidc-provider/blob/main/docs/README.md#rotaterefreshtoken
   */
  oidcProvider: {
    rotates: 'unknown',
    graceMs: 0,
    oldAccessTokenDies: false,
    refreshTokenLifetimeMs: 14 * DAY_MS,
    slidingWindow: true,
    replayEnds: 'session',
  },
  /**
   * better-auth 1.7 with its OAuth provider. A replay ends every session of that person at that client, other devices
   * included. `refreshTokenReuseInterval` gives a grace; it is off unless set.
   * @see https://www.better-auth.com/docs/plugins/oauth-provider
   */
  betterAuth: {
    rotates: true,
    graceMs: 0,
    oldAccessTokenDies: false,
    refreshTokenLifetimeMs: 30 * DAY_MS,
    slidingWindow: true,
    narrowingLasts: true,
    replayEnds: 'every_session',
  },
  /**
   * workers-oauth-provider 1.2 of Cloudflare. The refresh token before stays good until its successor is used, whatever the
   * clock says. A session lives 30 days from its sign-in.
   * @see https://github.com/cloudflare/workers-oauth-provider
   */
  workersOAuthProvider: {
    rotates: true,
    graceMs: 0,
    graceUntilUsed: true,
    oldAccessTokenDies: false,
    refreshTokenLifetimeMs: 30 * DAY_MS,
    slidingWindow: false,
    replayEnds: 'nothing',
  },
  /**
   * \@jmondi/oauth2-server 4.3. How long a refresh token lives is code of the operator's. An access token that was replaced
   * works on as a JWT, and is dead for a resource server that asks for introspection.
   * @see https://jasonraimondi.github.io/ts-oauth2-server/
   */
  jmondiOAuth2Server: {
    rotates: true,
    graceMs: 0,
    oldAccessTokenDies: true,
    slidingWindow: true,
    narrowingLasts: true,
    replayEnds: 'nothing',
  },
  /**
   * \@node-oauth/oauth2-server 5.3 with the model of its documentation, in which one row holds both tokens. Asked for more
   * scope than the session has left, it spends the refresh token and gives nothing.
   * @see https://node-oauthoauth2-server.readthedocs.io/en/master/api/oauth2-server.html
   */
  nodeOAuth2Server: {
    rotates: true,
    graceMs: 0,
    oldAccessTokenDies: true,
    refreshTokenLifetimeMs: 14 * DAY_MS,
    slidingWindow: true,
    narrowingLasts: true,
    replayEnds: 'nothing',
  },
  /**
   * Glewlwyd 2.7: one refresh token that stays the same. With "one use" set for a client, use `profiles.unknown`. It says of no
   * refusal what it means: add `refusal: refusals.glewlwyd`.
   * @see https://github.com/babelouest/glewlwyd/blob/master/docs/OIDC.md
   */
  glewlwyd: {
    rotates: false,
    graceMs: Number.POSITIVE_INFINITY,
    oldAccessTokenDies: false,
    refreshTokenLifetimeMs: 14 * DAY_MS,
    slidingWindow: true,
    replayEnds: 'nothing',
  },
  /**
   * LemonLDAP::NG 2.16: one refresh token that stays the same, for 30 days from the sign-in. Add
   * `refusal: refusals.lemonldapNg`.
   * @see https://lemonldap-ng.org/documentation/latest/openidconnectservice.html
   */
  lemonldapNg: {
    rotates: false,
    graceMs: Number.POSITIVE_INFINITY,
    oldAccessTokenDies: false,
    refreshTokenLifetimeMs: 30 * DAY_MS,
    slidingWindow: false,
    replayEnds: 'nothing',
  },
  /**
   * Doorkeeper 5.5 with its column `previous_refresh_token`: the tokens before work until the new access token is used for
   * the first time, and end then. Refresh tokens have no end of their own.
   * @see https://doorkeeper.gitbook.io/guides/ruby-on-rails/refresh-token
   */
  doorkeeper: {
    rotates: true,
    graceMs: 0,
    graceUntilUsed: true,
    oldAccessTokenDies: true,
    slidingWindow: true,
    narrowingLasts: true,
    replayEnds: 'nothing',
  },
  /**
   * django-oauth-toolkit 1.7. `REFRESH_TOKEN_GRACE_PERIOD_SECONDS` gives a grace; it is off unless set. Refresh tokens have no
   * end of their own unless `REFRESH_TOKEN_EXPIRE_SECONDS` is set.
   * @see https://django-oauth-toolkit.readthedocs.io/en/latest/settings.html
   */
  djangoOAuthToolkit: {
    rotates: true,
    graceMs: 0,
    oldAccessTokenDies: true,
    slidingWindow: true,
    narrowingLasts: true,
    replayEnds: 'nothing',
  },
  /**
   * Authlib 1.2, with new refresh tokens (`INCLUDE_NEW_REFRESH_TOKEN`). Without that setting, as its documentation shows it, the
   * first refresh spends the refresh token and brings none: such a session cannot be kept.
   * @see https://docs.authlib.org/en/latest/flask/2/grants.html
   */
  authlib: {
    rotates: true,
    graceMs: 0,
    oldAccessTokenDies: true,
    slidingWindow: true,
    narrowingLasts: true,
    replayEnds: 'nothing',
  },
  /**
   * \@atproto/oauth-provider 0.22, the server of Bluesky. Proofs of possession (DPoP) are demanded, by the same key for the
   * whole session. An access token that was replaced ends at servers that ask their store about it, and works on at others. A client that
   * proves who it is (`private_key_jwt`) has three months without use, and two years in all.
   * @see https://atproto.com/specs/oauth
   */
  atproto: {
    rotates: true,
    graceMs: 0,
    oldAccessTokenDies: true,
    refreshTokenLifetimeMs: 14 * DAY_MS,
    slidingWindow: false,
    replayEnds: 'session',
  },
}))();
