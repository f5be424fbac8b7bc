import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import { requireText } from '../options/require-option.ts';
import type { ClientCertificate } from './client-certificate.ts';

/** How the application proves to Entra who it is. At most one of the three; none for a public client. */
export interface ClientAuthenticationOptions {
  clientSecret?: string | undefined;
  clientCertificate?: ClientCertificate | undefined;
  clientAssertion?: string | (() => string | Promise<string>) | undefined;
}

/**
 * Checks them, and says whether there is one.
 * @throws {ConfigurationError} naming the one that cannot be used, or is the second
 */
export function checkClientAuthentication({
  clientSecret,
  clientCertificate,
  clientAssertion,
}: ClientAuthenticationOptions): boolean {
  const given = Object.entries({ clientSecret, clientCertificate, clientAssertion }).filter(
    ([, value]) => value !== undefined,
  );
  const second = given[1]?.[0];
  if (second) {
    throw new ConfigurationError({
      option: second,
      message: `\`${second}\` is given beside another one. Give one of clientSecret, clientCertificate and clientAssertion.`,
    });
  }
  if (clientSecret !== undefined) {
    const remedy = 'It is the value of the secret, not its id; leave it out for a public client.';
    requireText('clientSecret', clientSecret, remedy);
  }
  if (clientAssertion !== undefined && typeof clientAssertion !== 'function') {
    const remedy = 'Pass a signed JWT, or better a function that brings a fresh one.';
    requireText('clientAssertion', clientAssertion, remedy);
  }
  return given.length > 0;
}

/**
 * A fresh assertion, if assertions are used.
 * @throws {ConfigurationError} what `clientAssertion` threw, if it is one
 * @throws {TokenEndpointError} `invalid_client`, not sent, when `clientAssertion` gives none
 */
export async function clientAssertionNow({
  clientAssertion,
}: ClientAuthenticationOptions): Promise<string | undefined> {
  if (typeof clientAssertion !== 'function') return clientAssertion;
  try {
    const assertion = await clientAssertion();
    if (typeof assertion === 'string' && assertion !== '') return assertion;
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    const description = '`clientAssertion` failed to give an assertion';
    throw new TokenEndpointError({ code: 'invalid_client', sent: false, description, cause });
  }
  const description = '`clientAssertion` gave no assertion';
  throw new TokenEndpointError({ code: 'invalid_client', sent: false, description });
}

/**
 * The parameters that authenticate the client in a form of ours. Not for a certificate: only msal-node signs with it.
 * @throws {TokenEndpointError} `invalid_client`, not sent, when `clientAssertion` gives none
 */
export async function clientAuthenticationForm(
  options: ClientAuthenticationOptions,
): Promise<Record<string, string>> {
  const assertion = await clientAssertionNow(options);
  if (assertion !== undefined) {
    return {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
  }
  return options.clientSecret === undefined ? {} : { client_secret: options.clientSecret };
}
