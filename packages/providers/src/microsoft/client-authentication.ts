import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import { requireText } from '../options/require-option.ts';
import { certificateAssertion } from './certificate-assertion.ts';
import { type ClientCertificate, type SigningCertificate, signingCertificate } from './client-certificate.ts';

/** How the application proves to Entra who it is. At most one of the three; none for a public client. */
export interface ClientAuthenticationOptions {
  clientSecret?: string | undefined;
  clientCertificate?: ClientCertificate | (() => ClientCertificate | Promise<ClientCertificate>) | undefined;
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
}: Pick<ClientAuthenticationOptions, 'clientAssertion'>): Promise<string | undefined> {
  if (typeof clientAssertion !== 'function') return clientAssertion;
  const assertion = await broughtBy('clientAssertion', 'an assertion', clientAssertion);
  if (typeof assertion === 'string' && assertion !== '') return assertion;
  const description = '`clientAssertion` gave no assertion';
  throw new TokenEndpointError({ code: 'invalid_client', sent: false, description });
}

/** A certificate after the checks, or what brings one for each request. */
export type HeldCertificate = SigningCertificate | (() => Promise<SigningCertificate>);

/**
 * The option `clientCertificate`, checked now, or at each request if it is a function.
 * @throws {ConfigurationError} naming the member that cannot be used
 */
export function heldCertificate(
  given: ClientAuthenticationOptions['clientCertificate'],
): HeldCertificate | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'function') return signingCertificate(given);
  return async () => signingCertificate(await broughtBy('clientCertificate', 'a certificate', given));
}

/** The certificate to sign with now, if certificates are used. */
export const certificateNow = async (
  held: HeldCertificate | undefined,
): Promise<SigningCertificate | undefined> => (typeof held === 'function' ? held() : held);

/** What a function of the caller's brings. Errors of ours that it throws come out as they are. */
async function broughtBy<T>(option: string, what: string, bring: () => T | Promise<T>): Promise<T> {
  try {
    return await bring();
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    const description = `\`${option}\` failed to give ${what}`;
    throw new TokenEndpointError({
      code: 'invalid_client',
      sent: false,
      retryable: true,
      description,
      cause,
    });
  }
}

/** The same after the checks, with what an assertion is made of. */
interface CheckedClientAuthentication extends Omit<ClientAuthenticationOptions, 'clientCertificate'> {
  clientId: string;
  clientCertificate: HeldCertificate | undefined;
  endpoints: { token: string };
}

/**
 * The parameters that authenticate the client in a form of ours.
 * @throws {ConfigurationError} what `clientAssertion` threw, if it is one
 * @throws {TokenEndpointError} `invalid_client`, not sent, when `clientAssertion` gives none
 */
export async function clientAuthenticationForm(
  settings: CheckedClientAuthentication,
): Promise<Record<string, string>> {
  const { clientId, clientSecret, clientCertificate, endpoints } = settings;
  const certificate = await certificateNow(clientCertificate);
  const assertion = certificate
    ? certificateAssertion(certificate, { clientId, audience: endpoints.token })
    : await clientAssertionNow(settings);
  if (assertion !== undefined) {
    return {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
  }
  return clientSecret === undefined ? {} : { client_secret: clientSecret };
}
