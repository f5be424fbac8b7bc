import { invalidOption, isInstant, isTextList } from './check-option.ts';
import { refuseUnknownOptions } from './unknown-options.ts';

/** What an option must be where it is given, and the words that say so: they follow on "must be". */
export type OptionRule = readonly [holds: (value: unknown) => boolean, words: string];

/** The options that there are, each with its rule. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

/** A function that takes options, and what each of them must be. */
export interface OptionsOwner {
  /** For messages, for instance `createAuthFetch()`. */
  readonly name: string;
  /** What each of its own options must be. */
  readonly options: Readonly<Record<string, OptionRule>>;
}

/** For what is checked elsewhere. */
export const ANYTHING: OptionRule = [() => true, ''];
export const FLAG: OptionRule = [(value) => typeof value === 'boolean', 'true or false'];
export const TEXT: OptionRule = [isText, 'a text'];
export const SCOPES: OptionRule = [isTextList, 'a list of scopes'];
export const INSTANT: OptionRule = [
  isInstant,
  'milliseconds since the epoch, or left out. Multiply seconds by 1000',
];
export const LISTENER: OptionRule = [isFunction, 'a function (event) => void'];

/**
 * Holds options against their rules; what is undefined counts as left out.
 * @param path - where they stand, as in `timing.`; default: at the top
 * @throws {ConfigurationError} that names the option and the remedy, also of one that there is not
 */
export function checkOptions(given: object, rules: OptionRules, owner: string, path = ''): void {
  refuseUnknownOptions(given, Object.keys(rules), owner, path);
  // Texts are made where they are needed: asks for tokens come here as well.
  for (const name in rules) {
    const [holds, words] = rules[name] as OptionRule;
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined && !holds(value)) throw invalidOption(path + name, `must be ${words}.`);
  }
}

export function isText(value: unknown): boolean {
  return typeof value === 'string';
}

export function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
