import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';

/** Options of `createTokenDouble()`. */
export interface TokenDoubleOptions {
  /** Whose tokens they are: `account` of the double, and in its errors. Default `default`. */
  account?: string | undefined;
  /** The scopes of an ask that names none. Default none. */
  scopes?: readonly string[] | undefined;
  /** How long each token lives, in milliseconds of `Date`. Default an hour. */
  lifeMs?: number | undefined;
  /** How long each renewal takes, in milliseconds of `setTimeout`. Default 0: it waits for no timer. */
  renewalMs?: number | undefined;
  /** Whether somebody is signed in, and a token in hand. Default true. */
  signedIn?: boolean | undefined;
  /** What tokens begin with; a number follows: `token-1`, `token-2`. Visible ASCII. Default `token-`. */
  tokenPrefix?: string | undefined;
}

/** The options with everything filled in. */
export type TokenDoubleSettings = {
  [Name in keyof TokenDoubleOptions]-?: NonNullable<TokenDoubleOptions[Name]>;
};

const DEFAULTS: TokenDoubleSettings = {
  account: 'default',
  scopes: [],
  lifeMs: 3_600_000,
  renewalMs: 0,
  signedIn: true,
  tokenPrefix: 'token-',
};

/** Whether a value is a number of milliseconds. */
export const isDuration = (value: unknown): boolean => typeof value === 'number' && value >= 0;

const RULES: Readonly<
  Record<keyof TokenDoubleOptions, readonly [holds: (value: unknown) => boolean, words: string]>
> = {
  account: [(value) => typeof value === 'string' && value !== '', 'a text of at least one character'],
  scopes: [
    (value) => Array.isArray(value) && value.every((scope) => typeof scope === 'string'),
    'a list of scopes',
  ],
  lifeMs: [isDuration, 'a number of milliseconds, 0 or more'],
  renewalMs: [isDuration, 'a number of milliseconds, 0 or more'],
  signedIn: [(value) => typeof value === 'boolean', 'true or false'],
  tokenPrefix: [
    (value) => typeof value === 'string' && /^[\x21-\x7e]{0,1000}$/.test(value),
    'a text of visible ASCII characters without spaces',
  ],
};

/** @throws {ConfigurationError} naming an option that is unknown or wrong */
export function tokenDoubleSettings(options: TokenDoubleOptions): TokenDoubleSettings {
  if (typeof options !== 'object' || options === null)
    throw new ConfigurationError({ option: 'options', message: '`options` must be an object, or left out.' });
  refuseUnknownOptions(options, Object.keys(RULES), 'createTokenDouble()');
  const names = Object.keys(RULES) as (keyof TokenDoubleOptions)[];
  const given = names.filter((name) => options[name] !== undefined);
  for (const name of given) {
    const [holds, words] = RULES[name];
    if (holds(options[name])) continue;
    throw new ConfigurationError({ option: name, message: `\`${name}\` must be ${words}.` });
  }
  return Object.assign({ ...DEFAULTS }, Object.fromEntries(given.map((name) => [name, options[name]])));
}
