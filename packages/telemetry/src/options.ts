import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';

/**
 * Refuses options that are not an object, and any option that the function does not know.
 * @param owner - the function, as in `logEvents()`
 * @throws {ConfigurationError} that names the option
 */
export function checkOptions<Options>(
  options: unknown,
  known: Readonly<Record<keyof Options, true>>,
  owner: string,
): void {
  need(
    typeof options === 'object' && options !== null && !Array.isArray(options),
    'options',
    `of ${owner} must be an object.`,
  );
  refuseUnknownOptions(options as object, Object.keys(known), owner);
}

/**
 * One rule about an option.
 * @param words - what follows its name in the message: what it must be, and the remedy; never its value
 * @throws {ConfigurationError} unless the rule holds
 */
export function need(holds: unknown, option: string, words: string): asserts holds {
  if (!holds) throw new ConfigurationError({ option, message: `\`${option}\` ${words}` });
}

/** Whether a value has all of these methods. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  const isThing = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isThing && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
}
