import { ConfigurationError, type SignOutOptions } from '@everbearer/core';
import { refuseUnknownOptions, type TokenSet } from '@everbearer/core/contract';
import { requireOpen } from './double-desk.ts';
import type { DoubleParts } from './double-parts.ts';
import { scopeOf } from './double-renewals.ts';

/** A person signs in and out, and the manager is closed. */
export function createDoubleSession({ settings, tokens, script, renewals }: DoubleParts) {
  return {
    async signIn(set: TokenSet): Promise<void> {
      requireOpen(script);
      const { accessToken, refreshToken, expiresAt, scopes = settings.scopes, user } = set ?? {};
      const isOver = accessToken === undefined || (expiresAt !== undefined && expiresAt <= Date.now());
      if (isOver && refreshToken === undefined) throw nothingSignedIn();
      const held = accessToken === undefined ? undefined : { text: accessToken, endsAt: expiresAt, scopes };
      tokens.drop();
      if (held) tokens.hold(scopeOf(settings.scopes), held);
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

function nothingSignedIn(): ConfigurationError {
  return new ConfigurationError({
    option: 'tokens',
    message: '`tokens` must hold an `accessToken` that has not ended, a `refreshToken`, or both.',
  });
}
