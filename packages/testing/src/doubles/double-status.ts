import {
  type AuthError,
  type LastFailure,
  type ManagerState,
  type ReauthorizationReason,
  type SessionStatus,
  TokenEndpointError,
  type TokenStatus,
} from '@everbearer/core';
import type { IssuedToken } from './double-tokens.ts';

/** What a double knows of itself. */
export interface DoubleFacts {
  account: string;
  isClosed: boolean;
  /** Why a person must sign in. */
  reason: ReauthorizationReason | undefined;
  hasRefreshToken: boolean;
  username: string | undefined;
  signedInAt: number | undefined;
  /** Those that brought a token since the sign-in. */
  renewals: number;
  isRenewing: boolean;
  /** The token in hand for the double's own scopes. */
  held: IssuedToken | undefined;
  isUsable: boolean;
  lastFault: { error: AuthError; at: number } | undefined;
}

/** The state that a token manager in its place would have. */
export function stateOf({ isClosed, reason, isUsable }: DoubleFacts): ManagerState {
  if (isClosed) return 'closed';
  if (reason) return reason === 'signed_out' ? 'signed_out' : 'reauthorization_required';
  return isUsable ? 'valid' : 'expired';
}

/** The status that a token manager in its place would tell, over a store in memory. */
export function describeDouble(facts: DoubleFacts): TokenStatus {
  const { held, lastFault } = facts;
  return {
    state: stateOf(facts),
    reason: facts.reason,
    account: facts.account,
    username: facts.username,
    kept: {},
    guarantee: 'process',
    location: 'a token double, in memory',
    durable: false,
    accessTokenExpiresAt: held?.token.expiresAt,
    session: sessionOf(facts),
    renewals: facts.renewals,
    lastRenewedAt: held?.bornAt,
    lastRenewedBy: undefined,
    signedInAt: facts.signedInAt,
    renewing: facts.isRenewing,
    unsaved: false,
    lease: undefined,
    notBefore: undefined,
    lastFailure: lastFault && failureOf(lastFault),
    warnings: [],
  };
}

function sessionOf({ hasRefreshToken, held, signedInAt }: DoubleFacts): SessionStatus | undefined {
  const since = held?.bornAt ?? signedInAt;
  if (!hasRefreshToken || since === undefined) return undefined;
  const ageMs = Date.now() - since;
  return { issuedAt: since, lastUsedAt: since, ageMs, expiresAt: undefined, daysLeft: undefined };
}

function failureOf({ error, at }: { error: AuthError; at: number }): LastFailure {
  const { code, message } = error;
  const said = error instanceof TokenEndpointError ? error : undefined;
  return {
    code,
    message,
    at,
    status: said?.status,
    description: said?.description,
    asked: said?.status !== undefined && (said.retryAfterMs ?? 0) > 0 ? true : undefined,
  };
}
