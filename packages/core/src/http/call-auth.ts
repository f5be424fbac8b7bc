import { ConfigurationError } from '../errors/configuration-error.ts';
import type { CallAuth, TokenSourceLike } from './guard-options.ts';

/**
 * What a call says of its authorization, checked.
 * @throws {ConfigurationError} when it is neither `false` nor `{ account?, scopes? }`, or names an account in vain
 */
export function readCallAuth(auth: unknown, source: TokenSourceLike): false | CallAuth | undefined {
  if (auth === undefined || auth === false) return auth;
  const { account, scopes } = (auth ?? {}) as CallAuth;
  const wellFormed =
    typeof auth === 'object' &&
    auth !== null &&
    (account === undefined || typeof account === 'string') &&
    (scopes === undefined || (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')));
  if (!wellFormed) {
    throw new ConfigurationError({
      option: 'auth',
      message: '`auth` must be false or { account?: string, scopes?: string[] }.',
    });
  }
  if (account !== undefined && typeof source !== 'function') {
    throw new ConfigurationError({
      option: 'auth.account',
      message:
        '`auth.account` was given, but the source holds one account. Pass a function instead, for instance (call) => accounts.for(call.account).',
    });
  }
  return auth as CallAuth;
}
