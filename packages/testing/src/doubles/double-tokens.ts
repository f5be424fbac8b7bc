import { AccessToken, type TokenAsk } from '@everbearer/core';

/** What an API is to make of a token. */
export type DoubleVerdict = 'valid' | 'expired' | 'revoked' | 'unknown';

/** A token that the double has issued, and what became of it. */
export interface IssuedToken {
  readonly token: AccessToken;
  readonly bornAt: number;
  /** It came since a resource server rejected the one before it. */
  readonly bornOfRejection: boolean;
  /** When it ends; undefined: nobody knows. */
  endsAt: number | undefined;
  /** No API takes it any more, and its holder does not know. */
  isRevoked: boolean;
  /** A caller has told that it was rejected. */
  isRejected: boolean;
}

/** A token as it is issued or taken over. */
interface TokenInit {
  text: string;
  endsAt: number | undefined;
  scopes: readonly string[];
  bornOfRejection?: boolean;
}

/** Every token of one double: those in hand, by scope, and those that were. */
export interface DoubleTokens {
  /** In hand for these scopes, whatever its state. */
  held(scope: string): IssuedToken | undefined;
  /** Takes a token in hand. */
  hold(scope: string, init: TokenInit): IssuedToken;
  /** The held token if it satisfies the ask now. */
  usable(scope: string, ask: TokenAsk): IssuedToken | undefined;
  find(text: string): IssuedToken | undefined;
  judge(text: string): DoubleVerdict;
  inHand(): IssuedToken[];
  /** Lets go of what is in hand. */
  drop(): void;
}

export function createDoubleTokens(): DoubleTokens {
  const issued = new Map<string, IssuedToken>();
  const inHand = new Map<string, IssuedToken>();
  return {
    held: (scope) => inHand.get(scope),
    hold(scope, { text, endsAt, scopes, bornOfRejection = false }) {
      // A clock of a test may stand in 1970, where core takes an instant for seconds: it is told of none then.
      const expiresAt = endsAt !== undefined && endsAt >= FIRST_INSTANT ? endsAt : undefined;
      const token = new AccessToken({ token: text, expiresAt, scopes });
      const entry = {
        token,
        bornAt: Date.now(),
        bornOfRejection,
        endsAt,
        isRevoked: false,
        isRejected: false,
      };
      issued.set(text, entry);
      inHand.set(scope, entry);
      return entry;
    },
    usable(scope, { rejected, minLifeMs = 0, claims }) {
      const entry = inHand.get(scope);
      if (!entry || entry.isRejected || entry.token.token === rejected || claims !== undefined)
        return undefined;
      return isOver(entry, minLifeMs) ? undefined : entry;
    },
    find: (text) => issued.get(text),
    judge(text) {
      const entry = issued.get(text);
      if (!entry) return 'unknown';
      if (entry.isRevoked) return 'revoked';
      return isOver(entry) ? 'expired' : 'valid';
    },
    inHand: () => [...inHand.values()],
    drop: () => inHand.clear(),
  };
}

const FIRST_INSTANT = 1e11;

function isOver({ endsAt }: IssuedToken, minLifeMs = 0): boolean {
  const leftMs = endsAt === undefined ? Number.POSITIVE_INFINITY : endsAt - Date.now();
  return leftMs <= 0 || leftMs < minLifeMs;
}
