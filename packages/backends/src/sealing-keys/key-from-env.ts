import { ConfigurationError } from '@everbearer/core';
import {
  checkHeldKeyOptions,
  type HeldKey,
  type HeldKeyOptions,
  heldKey,
  refuseKeyAsPlace,
} from './held-key.ts';

/**
 * The key in an environment variable, as `openssl rand -base64 32` prints it. Child processes inherit the variable,
 * and a diagnostic report of Node lists it; where that matters, use {@link keyFromFile}.
 * @throws {ConfigurationError} when the variable is not set or does not hold a key, or an option is unknown
 */
export function keyFromEnv(name: string, options: HeldKeyOptions = {}): HeldKey {
  checkHeldKeyOptions(options, 'keyFromEnv(name, { kid })');
  if (typeof name !== 'string' || name === '') {
    throw new ConfigurationError({
      option: 'name',
      message: '`name` must be the name of an environment variable.',
    });
  }
  const text = process.env[name];
  if (text === undefined) refuseKeyAsPlace(name, 'name', 'the name of an environment variable');
  const remedy = `Set it before the program starts: export ${name}="$(openssl rand -base64 32)", and keep that value.`;
  if (text === undefined || text.trim() === '') {
    const state = text === undefined ? 'is not set' : 'is empty';
    throw new ConfigurationError({
      option: 'name',
      message: `The environment variable ${name} ${state}. ${remedy}`,
    });
  }
  return heldKey(text, { option: 'name', place: `the environment variable ${name}`, remedy }, options.kid);
}
