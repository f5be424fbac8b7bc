import type { TokenProvider } from '../contract/token-provider.ts';

/** Whether a refresh token that was redeemed becomes invalid sooner or later, or may. */
export function oldTokensDie({ profile: { rotates, graceMs } }: Pick<TokenProvider, 'profile'>): boolean {
  return rotates !== false && Number.isFinite(graceMs);
}
