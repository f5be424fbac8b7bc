import { ConfigurationError } from '@everbearer/core';
import { requireEndpoint } from '../options/require-option.ts';

/**
 * The option `singlePageOrigin`.
 * @throws {ConfigurationError} `singlePageOrigin`, when it is no origin, or the client has a secret
 * @see https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-lifetime
 */
export function singlePageOriginOf(value: unknown, isConfidential: boolean): string | undefined {
  if (value === undefined) return undefined;
  const remedy =
    "Write the origin alone, for instance 'https://app.example.com' or 'http://localhost:3000', and only for a public client.";
  const { origin } = new URL(requireEndpoint('singlePageOrigin', value, remedy));
  if (origin === value && !isConfidential) return origin;
  throw new ConfigurationError({
    option: 'singlePageOrigin',
    message: `\`singlePageOrigin\` is not the origin of a single-page application. ${remedy}`,
  });
}
