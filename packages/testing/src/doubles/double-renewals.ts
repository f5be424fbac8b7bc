import { type AuthError, ReauthorizationRequiredError } from '@everbearer/core';
import { type DoubleScript, reasonOf, takeFault } from './double-script.ts';
import type { DoubleTokens, IssuedToken } from './double-tokens.ts';
import type { TokenDoubleSettings } from './token-double-options.ts';

/** The renewals of one double: one at a time for the same scopes, shared by all callers. */
export interface DoubleRenewals {
  /** How many began. */
  readonly begun: number;
  /** How many brought a token since the last sign-in. */
  readonly brought: number;
  readonly isRunning: boolean;
  /** What the last renewal failed with, until one works. */
  readonly lastFault: { error: AuthError; at: number } | undefined;
  /** A newer token for these scopes. `rejection`: in place of one that a resource server rejected. */
  join(scopes: readonly string[], why: { rejection: boolean }): Promise<IssuedToken>;
  /** Makes a token as a renewal would, without one. */
  issue(scopes: readonly string[], bornOfRejection?: boolean): IssuedToken;
  /** Another sign-in begins: a renewal of the one before brings nothing to it. */
  startAgain(): void;
}

/** The key of tokens for these scopes, whatever their order. */
export const scopeOf = (scopes: readonly string[]): string => [...new Set(scopes)].sort().join(' ');

export function createDoubleRenewals(
  { account, lifeMs, tokenPrefix }: TokenDoubleSettings,
  tokens: DoubleTokens,
  script: DoubleScript,
): DoubleRenewals {
  const flights = new Map<string, Promise<IssuedToken>>();
  let serial = 0;
  let begun = 0;
  let signIns = 0;
  let brought = 0;
  let lastFault: DoubleRenewals['lastFault'];

  function issue(scopes: readonly string[], bornOfRejection = false): IssuedToken {
    const text = `${tokenPrefix}${++serial}`;
    return tokens.hold(scopeOf(scopes), { text, endsAt: Date.now() + lifeMs, scopes, bornOfRejection });
  }

  function requireCredential(): void {
    const code = reasonOf(script);
    if (code) throw new ReauthorizationRequiredError({ code, account });
  }

  async function renew(scopes: readonly string[], rejection: boolean): Promise<IssuedToken> {
    requireCredential();
    begun++;
    const { renewalMs } = script;
    const signIn = signIns;
    // The timer of the moment: a test may have put its own in place.
    if (renewalMs > 0) await new Promise((resolve) => setTimeout(resolve, renewalMs));
    requireCredential();
    const newer = signIn === signIns ? undefined : tokens.usable(scopeOf(scopes), {});
    if (newer) return newer;
    const error = takeFault(script);
    lastFault = error && { error, at: Date.now() };
    if (error) throw error;
    brought++;
    return issue(scopes, rejection);
  }

  return {
    get begun() {
      return begun;
    },
    get brought() {
      return brought;
    },
    get isRunning() {
      return flights.size > 0;
    },
    get lastFault() {
      return lastFault;
    },
    join(scopes, { rejection }) {
      const scope = scopeOf(scopes);
      const known = flights.get(scope);
      if (known) return known;
      const flight = renew(scopes, rejection);
      flights.set(scope, flight);
      const land = () => {
        if (flights.get(scope) === flight) flights.delete(scope);
      };
      // Heard also where every caller has left.
      flight.then(land, land);
      return flight;
    },
    issue,
    startAgain() {
      signIns++;
      flights.clear();
      brought = 0;
      lastFault = undefined;
    },
  };
}
