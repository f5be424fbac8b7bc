import { AccessToken, ConfigurationError, type SignOutOptions } from '@everbearer/core';
import { refuseUnknownOptions, type TokenSet } from '@everbearer/core/contract';
import { requireOpen } from './double-desk.ts';
import type { DoubleParts } from './double-parts.ts';
import { scopeOf } from './double-renewals.ts';

/** A person signs in and out, and the manager is closed. */
export function createDoubleSession({ settings, tokens, script, renewals }: DoubleParts) {
  return {
    async signIn(set: TokenSet): Promise<void> {
      requireOpen(script);
      requireTokens(set);
      const { accessToken, refreshToken, expiresAt, scopes = settings.scopes, user } = set;
      tokens.drop();
      if (accessToken !== undefined)
        tokens.hold(scopeOf(settings.scopes), { text: accessToken, endsAt: expiresAt, scopes });
      renewals.startAgain();
      Object.assign(script, {
        person: undefined,
        hasRefreshToken: refreshToken !== undefined,
        username: user?.username,
        signedInAt: Date.now(),
      });
    },
    async signOut(options: SignOutOptions = {}): Promise<void> {
      requireOpen(script);
      refuseUnknownOptions(options, ['revoke'], 'signOut()');
      if (options.revoke) for (const entry of tokens.inHand()) entry.isRevoked = true;
      tokens.drop();
      const nobody = { hasRefreshToken: false, username: undefined, signedInAt: undefined };
      Object.assign(script, nobody, { person: 'signed_out' });
    },
    async close(): Promise<void> {
      script.isClosed = true;
    },
  };
}

/** @throws {ConfigurationError} where they are of no use */
function requireTokens(set: TokenSet): void {
  const { accessToken, refreshToken, expiresAt, scopes } = set ?? {};
  // It refuses what cannot stand in a header, and seconds in place of milliseconds.
  const access =
    accessToken === undefined ? undefined : new AccessToken({ token: accessToken, expiresAt, scopes });
  const isOver = !access || (access.expiresAt !== undefined && access.expiresAt <= Date.now());
  const canRenew = typeof refreshToken === 'string' && refreshToken !== '';
  if (canRenew || (refreshToken === undefined && !isOver)) return;
  throw new ConfigurationError({
    option: 'tokens',
    message: '`tokens` must hold an `accessToken` that has not ended, a `refreshToken`, or both.',
  });
}
