import type { TokenProvider } from '../contract/token-provider.ts';

/** Whether a refresh token that was redeemed is, or may be, good for nothing sooner or later. */
export function oldTokensDie({ profile: { rotates, graceMs } }: Pick<TokenProvider, 'profile'>): boolean {
  return rotates !== false && Number.isFinite(graceMs);
}
