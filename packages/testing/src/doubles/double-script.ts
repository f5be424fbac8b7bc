import type { AuthError, ReauthorizationReason } from '@everbearer/core';
import type { TokenDoubleSettings } from './token-double-options.ts';

/** How the renewals of a double go; its controls change it. */
export interface DoubleScript {
  /** How long each renewal takes. */
  renewalMs: number;
  /** Why a person must sign in at once; undefined while nobody must. */
  person: ReauthorizationReason | undefined;
  /** Whether a refresh token is there: without one, a sign-in ends with its access token. */
  hasRefreshToken: boolean;
  /** What the next renewals fail with, and how many do. */
  fault: { make(): AuthError; times: number } | undefined;
  isClosed: boolean;
  username: string | undefined;
  signedInAt: number | undefined;
  /** Requests that the API double answered with 401. */
  rejections: number;
}

export function createScript({ signedIn, renewalMs }: TokenDoubleSettings): DoubleScript {
  return {
    renewalMs,
    person: signedIn ? undefined : 'no_credential',
    hasRefreshToken: signedIn,
    fault: undefined,
    isClosed: false,
    username: undefined,
    signedInAt: signedIn ? Date.now() : undefined,
    rejections: 0,
  };
}

/** Why no renewal can help; undefined where one can. */
export function reasonOf({ person, hasRefreshToken }: DoubleScript): ReauthorizationReason | undefined {
  return person ?? (hasRefreshToken ? undefined : 'no_credential');
}

/** What the renewal that ends now fails with. */
export function takeFault(script: DoubleScript): AuthError | undefined {
  const { fault } = script;
  if (!fault || fault.times <= 0) return undefined;
  fault.times -= 1;
  return fault.make();
}
