import { ConfigurationError } from '../errors/configuration-error.ts';
import { LONGEST_SCOPE } from '../record/limits.ts';
import type { TokenAsk } from '../token.ts';

/** @throws {ConfigurationError} that names the part of the ask and the remedy */
export function checkAsk(ask: TokenAsk): void {
  if (typeof ask !== 'object' || ask === null) {
    throw new ConfigurationError({
      option: 'ask',
      message: 'What is asked for must be an object, for instance { rejected: token }, or left out.',
    });
  }
  const { scopes, rejected, claims, minLifeMs, signal } = ask;
  if (
    scopes !== undefined &&
    (!Array.isArray(scopes) || scopes.some((scope) => typeof scope !== 'string' || !scope))
  ) {
    throw new ConfigurationError({
      option: 'scopes',
      message: '`scopes` must be a list of texts, one scope each.',
    });
  }
  if (scopes && scopes.join(' ').length > LONGEST_SCOPE) {
    throw new ConfigurationError({
      option: 'scopes',
      message: '`scopes` is longer than 4 KiB in all; ask for fewer at once.',
    });
  }
  if (rejected !== undefined && typeof rejected !== 'string') {
    throw new ConfigurationError({
      option: 'rejected',
      message: '`rejected` must be the text of the token that was refused.',
    });
  }
  if (claims !== undefined && !isJsonObject(claims)) {
    throw new ConfigurationError({
      option: 'claims',
      message: '`claims` must be decoded JSON text of an object; decode its base64 first.',
    });
  }
  if (minLifeMs !== undefined && !(typeof minLifeMs === 'number' && minLifeMs >= 0)) {
    throw new ConfigurationError({
      option: 'minLifeMs',
      message: '`minLifeMs` must be a number of milliseconds, 0 or more.',
    });
  }
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new ConfigurationError({ option: 'signal', message: '`signal` must be an AbortSignal.' });
  }
}

function isJsonObject(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
