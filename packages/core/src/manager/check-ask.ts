import { isObject, need, needObject } from '../check-option.ts';
import { checkOptions, isFunction, isText, type OptionRule, SCOPES } from '../option-rules.ts';
import { LONGEST_SCOPE } from '../record/limits.ts';
import type { TokenAsk } from '../token.ts';

const RULES: Readonly<Record<keyof TokenAsk, OptionRule>> = {
  scopes: SCOPES,
  rejected: [isText, 'the text of a token'],
  claims: [isJsonObject, 'JSON text of an object; decode its base64 first'],
  minLifeMs: [(value) => typeof value === 'number' && value >= 0, 'a number of milliseconds, 0 or more'],
  signal: [(value) => isFunction((value as AbortSignal | null)?.addEventListener), 'an AbortSignal'],
};

/** @throws {ConfigurationError} that names the part of the ask and the remedy */
export function checkAsk(ask: TokenAsk): void {
  needObject(ask, 'ask');
  checkOptions(ask, RULES, 'A TokenAsk');
  if (ask.scopes !== undefined) checkScopes(ask.scopes, 'scopes');
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
