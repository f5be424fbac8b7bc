import { ConfigurationError } from '@everbearer/core';
import type { ProviderProfile } from '@everbearer/core/contract';
import { createDpopProofs, type DpopProofs } from '../dpop/dpop-proofs.ts';
import {
  allowFunction,
  fetchOrGlobal,
  type Grant,
  grantOf,
  requireEndpoint,
  requireMembers,
  requireOneOf,
  requireScopes,
  requireText,
} from '../options/require-option.ts';
import { oauth2Replies } from '../servers/oauth2-reply.ts';
import { requireProfile } from '../servers/require-profile.ts';
import type { ReplyReading } from '../wire/read-reply.ts';
import type { RequestParameters } from '../wire/request-parameters.ts';
import type { BodyFormat } from '../wire/send-form.ts';
import type { ReplyRules } from '../wire/token-reply.ts';
import type { Authenticate } from './authenticate.ts';
import { clientAuth } from './client-authentication.ts';
import { ENDPOINT_OPTIONS, type EndpointName, OAUTH2_OPTIONS, type OAuth2Options } from './oauth2-options.ts';
import { type CheckedGrant, checkedGrant, type OwnGrant } from './own-grant.ts';
import {
  type GrantParameters,
  requireGrantParameters,
  requireHeaders,
  requireKeep,
  requireParameters,
} from './request-options.ts';

/** Options after the checks, with everything filled in. */
export interface OAuth2Settings {
  issuer: string | undefined;
  endpoints: Readonly<Partial<Record<EndpointName, string>>>;
  clientId: string;
  authentication: Authenticate;
  scopes: readonly string[];
  grant: Grant | CheckedGrant;
  profile: ProviderProfile;
  /** How replies are read. */
  replies: ReplyRules;
  tokenParameters: RequestParameters;
  grantParameters: GrantParameters;
  bodyFormat: BodyFormat;
  headers: Readonly<Record<string, string>>;
  readReply: ReplyReading | undefined;
  keep: readonly string[];
  /** With `dpop`: what makes the proofs. */
  proofs: DpopProofs | undefined;
  /** With `dpop: true`: access tokens that no key protects are refused. */
  demandsDpop: boolean;
  /** A callback must name its issuer. */
  requireIss: boolean;
  fetch: typeof fetch;
}

const ADDRESS = "Write an absolute https address, for instance 'https://login.example.com/oauth2/token'.";

/** @throws {ConfigurationError} naming the option that is missing, unknown, of the wrong type or unusable */
export function oauth2Settings(options: OAuth2Options): OAuth2Settings {
  refuseBareSecret(options);
  requireMembers('oauth2()', options, OAUTH2_OPTIONS, '{ issuer, clientId, scopes }');
  const { issuer } = options;
  if (issuer === undefined && options.tokenEndpoint === undefined) {
    throw new ConfigurationError({
      option: 'tokenEndpoint',
      message:
        'Neither `issuer` nor `tokenEndpoint` is given. Give the issuer, or the address of the token endpoint.',
    });
  }
  const grant = isOwnGrant(options.grant) ? checkedGrant(options.grant) : grantOf(options.grant);
  return {
    issuer: issuer === undefined ? undefined : requireIssuer(issuer),
    endpoints: endpointsOf(options),
    clientId: requireText(
      'clientId',
      options.clientId,
      'It is the id that the server issued to this client.',
    ),
    authentication: authenticationOf(options, grant),
    scopes: requireScopes(options.scopes, { mayBeEmpty: true }),
    grant,
    profile: requireProfile(options.profile, 'oauth2()'),
    replies: oauth2Replies(allowFunction('refusal', options.refusal)),
    tokenParameters: requireParameters('tokenParameters', options.tokenParameters, {
      example: "{ audience: 'https://api.example.com' }",
    }),
    grantParameters: requireGrantParameters(options.grantParameters, grant),
    bodyFormat: requireOneOf('bodyFormat', options.bodyFormat ?? 'form', ['form', 'json']),
    headers: requireHeaders(options.headers),
    readReply: allowFunction('readReply', options.readReply),
    keep: requireKeep(options.keep),
    proofs: wantsDpop(options.dpop) ? createDpopProofs() : undefined,
    demandsDpop: options.dpop === true,
    requireIss: requiresIss(options),
    fetch: fetchOrGlobal(options.fetch),
  };
}

/** `microsoft()` takes the secret as an option of its own, so that is where it is looked for. */
function refuseBareSecret(options: object | undefined): void {
  if (!Object.hasOwn(options ?? {}, 'clientSecret')) return;
  throw new ConfigurationError({
    option: 'clientSecret',
    message:
      "oauth2() knows no option `clientSecret`. Give clientAuthentication: { method: 'client_secret_basic', clientSecret }, or 'client_secret_post' where the server wants the secret in the form.",
  });
}

function endpointsOf(options: OAuth2Options): OAuth2Settings['endpoints'] {
  const given = Object.entries(ENDPOINT_OPTIONS).filter(([, option]) => options[option] !== undefined);
  return Object.fromEntries(
    given.map(([name, option]) => [name, requireEndpoint(option, options[option], ADDRESS)]),
  );
}

function wantsDpop(dpop: unknown = false): boolean {
  if (typeof dpop === 'boolean') return dpop;
  if (dpop === 'optional') return true;
  throw new ConfigurationError({ option: 'dpop', message: "`dpop` must be true, false or 'optional'." });
}

function requiresIss({ requireIss = false, issuer }: OAuth2Options): boolean {
  const isKnown = typeof requireIss === 'boolean';
  if (isKnown && (!requireIss || issuer !== undefined)) return requireIss;
  const fault = isKnown
    ? 'needs `issuer`, which the `iss` of a callback is compared with. Give it'
    : 'must be true or false';
  throw new ConfigurationError({ option: 'requireIss', message: `\`requireIss\` ${fault}.` });
}

function requireIssuer(value: unknown): string {
  const remedy = "Write it as the server does in its metadata, for instance 'https://login.example.com'.";
  const issuer = requireEndpoint('issuer', value, remedy);
  if (!new URL(issuer).search) return issuer;
  throw new ConfigurationError({ option: 'issuer', message: `\`issuer\` contains a query. ${remedy}` });
}

const isOwnGrant = (grant: OAuth2Options['grant']): grant is OwnGrant =>
  typeof grant === 'object' && grant !== null;

function authenticationOf(
  { clientAuthentication }: OAuth2Options,
  grant: Grant | CheckedGrant,
): Authenticate {
  if (grant === 'client_credentials' && (clientAuthentication ?? 'none') === 'none') {
    throw new ConfigurationError({
      option: 'clientAuthentication',
      message:
        "`clientAuthentication` is needed with `grant: 'client_credentials'`. Give for instance { method: 'client_secret_basic', clientSecret }.",
    });
  }
  return clientAuth(clientAuthentication);
}
