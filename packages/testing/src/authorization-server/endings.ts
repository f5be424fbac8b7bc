import { accountOf, type Realm } from './realm.ts';

/** How tokens end before their time. */
export function endings(realm: Realm) {
  const { registry, claims, timeline } = realm;
  const idOf = (account: string | undefined) =>
    account === undefined ? undefined : accountOf(realm, account).id;
  return {
    revokeAccessTokens(account?: string): number {
      const tokens = registry.living({ accountId: idOf(account) });
      for (const token of tokens) token.revokedAt = Date.now();
      timeline.add({ type: 'access_tokens_revoked', count: tokens.length });
      return tokens.length;
    },
    revokeFamily: (account?: string): number =>
      registry.families(idOf(account)).filter((family) => realm.revokeFamily(family, 'scripted')).length,
    expireNow(account?: string): number {
      const tokens = registry.living({ accountId: idOf(account) });
      for (const token of tokens) token.expiresAt = Date.now();
      timeline.add({ type: 'access_tokens_expired', count: tokens.length });
      return tokens.length;
    },
    requireClaims(demanded?: string, account?: string): void {
      claims.require(demanded, idOf(account));
      timeline.add({ type: 'claims_required' });
    },
    liftClaims: (): void => claims.lift(),
  };
}
