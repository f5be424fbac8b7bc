import { type AccessToken, AuthError, type TokenAsk, TokenRejectedError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import type { DoubleParts } from './double-parts.ts';
import { scopeOf } from './double-renewals.ts';
import type { DoubleTokens } from './double-tokens.ts';

const ASK = Object.keys({
  scopes: true,
  rejected: true,
  claims: true,
  minLifeMs: true,
  signal: true,
} satisfies Record<keyof TokenAsk, true>);

/** Where tokens are handed out, by the rules of the real one. */
export function createDoubleDesk({ settings, tokens, renewals, script }: DoubleParts) {
  const scopesOf = ({ scopes }: TokenAsk) => scopes ?? settings.scopes;

  function admit(ask: TokenAsk): void {
    requireOpen(script);
    refuseUnknownOptions(ask, ASK, 'A TokenAsk');
  }

  function usable(ask: TokenAsk): AccessToken | undefined {
    return script.person ? undefined : tokens.usable(scopeOf(scopesOf(ask)), ask)?.token;
  }

  async function renewed(ask: TokenAsk): Promise<AccessToken> {
    const { rejected, signal } = ask;
    signal?.throwIfAborted();
    const flight = renewals.join(scopesOf(ask), { rejection: rejected !== undefined });
    return (await unlessAborted(flight, signal)).token;
  }

  return {
    async getToken(ask: TokenAsk = {}): Promise<AccessToken> {
      admit(ask);
      noteRejection(tokens, scopeOf(scopesOf(ask)), ask);
      return usable(ask) ?? renewed(ask);
    },
    async renew(ask: TokenAsk = {}): Promise<AccessToken> {
      admit(ask);
      return renewed(ask);
    },
    peek: (ask: TokenAsk = {}): AccessToken | undefined => (script.isClosed ? undefined : usable(ask)),
  };
}

/** @throws {TokenRejectedError} where the token came a moment ago, in place of another that was rejected */
function noteRejection(tokens: DoubleTokens, scope: string, { rejected, claims }: TokenAsk): void {
  const entry = rejected === undefined ? undefined : tokens.find(rejected);
  if (!entry || claims !== undefined) return;
  const isHeld = tokens.held(scope) === entry;
  if (isHeld && entry.bornOfRejection && isYoung(entry)) throw new TokenRejectedError();
  entry.isRejected = true;
}

/** @throws {AuthError} `closed` */
export function requireOpen({ isClosed }: { isClosed: boolean }): void {
  if (!isClosed) return;
  const message = 'This token manager was closed. Create a new one to go on.';
  throw new AuthError({ code: 'closed', message });
}

/** As core has it: a quarter of the life of a token, at most 30 s. */
function isYoung({ bornAt, endsAt }: { bornAt: number; endsAt: number | undefined }): boolean {
  const lifeMs = endsAt === undefined ? Number.POSITIVE_INFINITY : endsAt - bornAt;
  return Date.now() - bornAt < Math.min(30_000, lifeMs / 4);
}

/** A caller may leave; what it waits for goes on for the others. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
