import { type AuthError, ReauthorizationRequiredError } from '@everbearer/core';
import { type DoubleScript, reasonOf, takeFault } from './double-script.ts';
import type { DoubleTokens, IssuedToken } from './double-tokens.ts';
import { createSharedWork } from './shared-work.ts';
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
  issue(scopes: readonly string[]): IssuedToken;
  /** Another sign-in begins: a renewal of the one before brings nothing to it. */
  startAgain(): void;
}

/** The key of tokens for these scopes, whatever their order. */
export const scopeOf = (scopes: readonly string[]): string => [...new Set(scopes)].sort().join(' ');

export function createDoubleRenewals(
  settings: TokenDoubleSettings,
  tokens: DoubleTokens,
  script: DoubleScript,
): DoubleRenewals {
  const flights = createSharedWork<IssuedToken>();
  const count: RenewalCount = { issued: 0, begun: 0, brought: 0, signIns: 0, lastFault: undefined };
  const parts = { settings, tokens, script, count };
  return {
    get begun() {
      return count.begun;
    },
    get brought() {
      return count.brought;
    },
    get isRunning() {
      return flights.isRunning;
    },
    get lastFault() {
      return count.lastFault;
    },
    join: (scopes, { rejection }) => flights.join(scopeOf(scopes), () => renew(parts, scopes, rejection)),
    issue: (scopes) => issue(parts, scopes, false),
    startAgain() {
      count.signIns += 1;
      flights.forget();
      count.brought = 0;
      count.lastFault = undefined;
    },
  };
}

interface RenewalCount {
  issued: number;
  begun: number;
  brought: number;
  signIns: number;
  lastFault: DoubleRenewals['lastFault'];
}

interface RenewalParts {
  settings: TokenDoubleSettings;
  tokens: DoubleTokens;
  script: DoubleScript;
  count: RenewalCount;
}

/** @throws {AuthError} what the test asked for */
async function renew(
  parts: RenewalParts,
  scopes: readonly string[],
  rejection: boolean,
): Promise<IssuedToken> {
  const { tokens, script, count } = parts;
  requireCredential(parts);
  count.begun += 1;
  const { renewalMs } = script;
  const { signIns } = count;
  // The timer of the moment: a test may have put its own in place.
  if (renewalMs > 0) await new Promise((resolve) => setTimeout(resolve, renewalMs));
  requireCredential(parts);
  const newer = signIns === count.signIns ? undefined : tokens.usable(scopeOf(scopes), {});
  if (newer) return newer;
  const error = takeFault(script);
  count.lastFault = error && { error, at: Date.now() };
  if (error) throw error;
  count.brought += 1;
  return issue(parts, scopes, rejection);
}

function requireCredential({ script, settings: { account } }: RenewalParts): void {
  const code = reasonOf(script);
  if (code) throw new ReauthorizationRequiredError({ code, account });
}

function issue(parts: RenewalParts, scopes: readonly string[], bornOfRejection: boolean): IssuedToken {
  const { settings, tokens, count } = parts;
  count.issued += 1;
  const text = `${settings.tokenPrefix}${count.issued}`;
  return tokens.hold(scopeOf(scopes), {
    text,
    endsAt: Date.now() + settings.lifeMs,
    scopes,
    bornOfRejection,
  });
}
