import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';

/**
 * Refuses options that are not an object, and any option that the function does not know.
 * @param usage - how the function is called, as in `fileBackend({ directory })`
 * @throws {ConfigurationError} that names the option
 */
export function checkOptions<Options>(
  options: unknown,
  known: Readonly<Record<keyof Options, true>>,
  usage: string,
): void {
  const owner = `${usage.slice(0, usage.indexOf('('))}()`;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigurationError({
      option: 'options',
      message: `The options of ${owner} must be an object: ${usage}.`,
    });
  }
  refuseUnknownOptions(options, Object.keys(known), owner);
}
