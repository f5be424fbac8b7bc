import { isObject, need, needObject } from '../check-option.ts';
import { LONGEST_SCOPE } from '../record/limits.ts';
import { ASK_NAMES, type TokenAsk } from '../token.ts';
import { refuseUnknownOptions } from '../unknown-options.ts';

/**
 * Cheap where all is well: it stands before each token that is handed out.
 * @throws {ConfigurationError} that names the part of the ask and the remedy
 */
export function checkAsk(ask: TokenAsk): void {
  needObject(ask, 'ask');
  for (const name in ask) if (!ASK_NAMES.includes(name)) refuseUnknownOptions(ask, ASK_NAMES, 'A TokenAsk');
  const { scopes, rejected, claims, minLifeMs, signal } = ask;
  if (scopes !== undefined) checkScopes(scopes, 'scopes');
  need(rejected === undefined || typeof rejected === 'string', 'rejected', 'must be the text of a token.');
  need(
    claims === undefined || isJsonObject(claims),
    'claims',
    'must be JSON text of an object; decode its base64 first.',
  );
  need(
    minLifeMs === undefined || (typeof minLifeMs === 'number' && minLifeMs >= 0),
    'minLifeMs',
    'must be a number of milliseconds, 0 or more.',
  );
  need(
    signal === undefined || typeof signal?.addEventListener === 'function',
    'signal',
    'must be an AbortSignal.',
  );
}

/** @throws {ConfigurationError} */
export function checkScopes(scopes: readonly string[], option: string): void {
  need(
    Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string' && scope),
    option,
    `must be a list of scopes.`,
  );
  need(scopes.join(' ').length <= LONGEST_SCOPE, option, `is longer than 4 KiB; ask for fewer.`);
}

function isJsonObject(text: unknown): boolean {
  try {
    return typeof text === 'string' && isObject(JSON.parse(text));
  } catch {
    return false;
  }
}
