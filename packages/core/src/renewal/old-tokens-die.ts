import type { TokenProvider } from '../contract/token-provider.ts';

/** Whether a refresh token that was redeemed becomes invalid sooner or later, or may. */
export function oldTokensDie({ profile: { rotates, graceMs } }: Pick<TokenProvider, 'profile'>): boolean {
  return rotates !== false && Number.isFinite(graceMs);
}

/** Whether a refresh token that comes a second time may end the session, and what is still good of it (RFC 9700, 4.14.2). */
export function punishesReplays({ profile }: Pick<TokenProvider, 'profile'>): boolean {
  const { rotates, graceMs, graceUntilUsed, replayEnds } = profile;
  return rotates !== false && graceMs === 0 && !graceUntilUsed && replayEnds !== 'nothing';
}
