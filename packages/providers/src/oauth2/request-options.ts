import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import { requireObject } from '../options/require-option.ts';
import { DEVICE_GRANT } from '../sign-in/sign-in-provider.ts';
import type { RequestParameters } from '../wire/request-parameters.ts';

/** What the protocol itself says in a token request cannot be overridden. */
const PROTOCOL_PARAMETERS =
  /^(grant_type|refresh_token|client_id|client_secret|client_assertion(_type)?|code|code_verifier|device_code)$/;

/** These differ from grant to grant. */
const OF_A_GRANT = /^(redirect_uri|scope)$/;

/** @throws {ConfigurationError} unless they are texts, or lists of texts, and none is the protocol's own */
export function requireParameters(
  option: string,
  given: unknown,
  { example, ofAGrant = false }: { example: string; ofAGrant?: boolean },
): RequestParameters {
  if (given === undefined) return {};
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const isValue = (value: unknown) =>
    typeof value === 'string' || (Array.isArray(value) && value.every((each) => typeof each === 'string'));
  const fits = ([name, value]: [string, unknown]) =>
    isValue(value) && !PROTOCOL_PARAMETERS.test(name) && (ofAGrant || !OF_A_GRANT.test(name));
  if (!isObject || !Object.entries(given).every(fits)) {
    throw new ConfigurationError({
      option,
      message: `\`${option}\` must hold texts or lists of texts, and none of the protocol's own parameters. Write for instance ${example}.`,
    });
  }
  return Object.freeze({ ...given });
}

/** Parameters for each grant type. */
export type GrantParameters = Readonly<Record<string, RequestParameters>>;

/** The grants that oauth2() uses besides one of the user's own. */
const GRANTS = ['refresh_token', 'authorization_code', 'client_credentials', DEVICE_GRANT];

/** @throws {ConfigurationError} naming the grant that is never used, or whose parameters cannot be used */
export function requireGrantParameters(given: unknown, own: string | { type: string }): GrantParameters {
  if (given === undefined) return {};
  const example = "{ refresh_token: { scope: 'mail' } }";
  requireObject('grantParameters', given, example);
  const known = typeof own === 'string' ? GRANTS : [...GRANTS, own.type];
  refuseUnknownOptions(given as object, known, 'oauth2()', 'grantParameters.');
  const checked = Object.entries(given as object).map(([grant, parameters]) => [
    grant,
    requireParameters(`grantParameters.${grant}`, parameters ?? null, { example, ofAGrant: true }),
  ]);
  return Object.freeze(Object.fromEntries(checked));
}

/** The body, and where it goes, are the protocol's. */
const OWN_HEADERS = /^(authorization|content-type|content-length|transfer-encoding|host|connection)$/i;

/** @throws {ConfigurationError} unless they are headers that can be sent, none of them the protocol's own */
export function requireHeaders(given: unknown): Readonly<Record<string, string>> {
  if (given === undefined) return {};
  const example = "{ 'x-api-version': '2' }";
  requireObject('headers', given, example);
  const entries = Object.entries(given as Record<string, unknown>);
  const fits = ([name, value]: [string, unknown]) =>
    /^[\w!#$%&'*+.^`|~-]+$/.test(name) &&
    typeof value === 'string' &&
    /^[\t\x20-\x7e]*$/.test(value) &&
    !OWN_HEADERS.test(name);
  if (!entries.every(fits)) {
    throw new ConfigurationError({
      option: 'headers',
      message: `\`headers\` must hold headers as texts, and none of ${'`authorization`, `content-type`'} and those of the connection. Write for instance ${example}.`,
    });
  }
  return Object.freeze(
    Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value as string])),
  );
}

const MOST_KEPT = 16;

/** @throws {ConfigurationError} unless it is a short list of names, none of a token */
export function requireKeep(given: unknown): readonly string[] {
  if (given === undefined) return [];
  const isName = (name: unknown) =>
    typeof name === 'string' && /^[\w.:-]{1,64}$/.test(name) && !/token$/i.test(name);
  if (Array.isArray(given) && given.length <= MOST_KEPT && given.every(isName))
    return Object.freeze([...given]);
  throw new ConfigurationError({
    option: 'keep',
    message: `\`keep\` must be a list of at most ${MOST_KEPT} names of members that are no tokens. Write for instance ['instance_url'].`,
  });
}
