import { ConfigurationError } from '@everbearer/core/adapter';
import type { Options } from 'ky';

/**
 * What `bearerAuth()` is to whoever takes it for an object of options, as a spread does. A function spreads into nothing, and
 * calls would go out without a token.
 */
export const TAKEN_FOR_OPTIONS: Readonly<Options> = {
  // Each alone is enough: other options of the object may stand over one of them.
  fetch: refuse,
  hooks: { beforeRequest: [refuse] },
};

async function refuse(): Promise<never> {
  throw new ConfigurationError({
    option: 'bearerAuth',
    message:
      'bearerAuth() was spread. Nothing was sent. Give it to extend() as it is: ky.extend(bearerAuth(...)).extend({ ... }).',
  });
}
