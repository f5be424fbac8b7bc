import { ConfigurationError } from './errors/configuration-error.ts';

/**
 * One rule about an option.
 * @param option - the option as a path: `timing.leaseTtlMs`
 * @param message - what it must be, and the remedy; never its value
 * @throws {ConfigurationError} unless the rule holds
 */
export function need(holds: unknown, option: string, message: string): asserts holds {
  if (!holds) throw new ConfigurationError({ option, message });
}
