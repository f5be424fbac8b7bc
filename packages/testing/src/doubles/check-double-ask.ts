import { ConfigurationError, type TokenAsk } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import { isDuration } from './token-double-options.ts';

/** What each part of an ask must be, by the rules of the real one. */
const RULES: Readonly<Record<keyof TokenAsk, readonly [holds: (value: unknown) => boolean, words: string]>> =
  {
    scopes: [
      (value) => Array.isArray(value) && value.every((scope) => typeof scope === 'string' && scope !== ''),
      'a list of scopes',
    ],
    rejected: [(value) => typeof value === 'string', 'the text of a token'],
    claims: [isJsonObject, 'JSON text of an object; decode its base64 first'],
    minLifeMs: [isDuration, 'a number of milliseconds, 0 or more'],
    signal: [
      (value) => typeof (value as AbortSignal | null)?.addEventListener === 'function',
      'an AbortSignal',
    ],
  };

/** @throws {ConfigurationError} that names the part of the ask and the remedy */
export function checkDoubleAsk(ask: TokenAsk): void {
  if (typeof ask !== 'object' || ask === null)
    throw new ConfigurationError({ option: 'ask', message: '`ask` must be an object.' });
  refuseUnknownOptions(ask, Object.keys(RULES), 'A TokenAsk');
  for (const name of Object.keys(RULES) as (keyof TokenAsk)[]) {
    const [holds, words] = RULES[name];
    if (ask[name] === undefined || holds(ask[name])) continue;
    throw new ConfigurationError({ option: name, message: `\`${name}\` must be ${words}.` });
  }
}

function isJsonObject(text: unknown): boolean {
  try {
    const value: unknown = JSON.parse(text as string);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
