import { ConfigurationError } from '@everbearer/core';
import { type ProviderProfile, refuseUnknownOptions, STRICT_PROFILE } from '@everbearer/core/contract';

const MEMBERS = /* @__PURE__ */ Object.keys({
  rotates: true,
  graceMs: true,
  oldAccessTokenDies: true,
  refreshTokenLifetimeMs: true,
  slidingWindow: true,
  narrowingLasts: true,
  graceUntilUsed: true,
  replayEnds: true,
} satisfies Record<keyof ProviderProfile, true>);

/**
 * The option `profile`; default: refresh tokens are taken to be single-use.
 * @throws {ConfigurationError} `profile`, or the member of it that is unknown
 */
export function requireProfile(profile: ProviderProfile | undefined, owner: string): ProviderProfile {
  if (profile === undefined) return STRICT_PROFILE;
  if (!isComplete(profile)) {
    throw new ConfigurationError({
      option: 'profile',
      message:
        '`profile` is not a complete provider profile. Pass one of `profiles`, or a copy with changes: { ...profiles.okta, graceMs: 30_000 }.',
    });
  }
  refuseUnknownOptions(profile, MEMBERS, owner, 'profile.');
  return profile;
}

function isComplete(profile: ProviderProfile): boolean {
  const { rotates, graceMs, oldAccessTokenDies, slidingWindow } = profile ?? {};
  const { narrowingLasts, graceUntilUsed, replayEnds } = profile ?? {};
  return (
    (rotates === true || rotates === false || rotates === 'unknown') &&
    typeof graceMs === 'number' &&
    graceMs >= 0 &&
    typeof oldAccessTokenDies === 'boolean' &&
    typeof slidingWindow === 'boolean' &&
    isFlagOrNone(narrowingLasts) &&
    isFlagOrNone(graceUntilUsed) &&
    (replayEnds === undefined || ['nothing', 'session', 'every_session'].includes(replayEnds))
  );
}

const isFlagOrNone = (value: unknown): boolean => value === undefined || typeof value === 'boolean';
