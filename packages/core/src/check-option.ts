import { ConfigurationError } from './errors/configuration-error.ts';

/** The error that names an option. Its message is the name, and then these words, which say the remedy. */
export function invalidOption(option: string, words: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError({ option, message: `\`${option}\` ${words}`, cause });
}

/**
 * One rule about an option.
 * @param option - the option as a path: `timing.leaseTtlMs`
 * @param words - what follows its name in the message: what it must be, and the remedy; never its value
 * @throws {ConfigurationError} unless the rule holds
 */
export function need(holds: unknown, option: string, words: string): asserts holds {
  if (!holds) throw invalidOption(option, words);
}

/** @throws {ConfigurationError} unless it is an object */
export function needObject(value: unknown, option: string): asserts value is object {
  need(isObject(value), option, 'must be an object.');
}

/** In milliseconds this is the spring of 1973, in seconds the year 5138: a smaller number was meant as seconds. */
const FEWEST_MS = 1e11;

/** Whether a value is an instant in milliseconds. */
export function isInstant(value: unknown): boolean {
  return typeof value === 'number' && (value <= 0 || value >= FEWEST_MS);
}

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
