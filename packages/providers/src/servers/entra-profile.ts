import type { ProviderProfile } from '@everbearer/core/contract';

/** What Entra does with refresh tokens, apart from `profiles`, so that a program for Entra does not carry those of all servers. */
export const ENTRA_PROFILE: Readonly<ProviderProfile> = {
  rotates: true,
  graceMs: Number.POSITIVE_INFINITY,
  oldAccessTokenDies: false,
  refreshTokenLifetimeMs: 90 * 24 * 60 * 60_000,
  slidingWindow: true,
  replayEnds: 'nothing',
};
