import { ConfigurationError } from '@everbearer/core';
import {
  fetchOrGlobal,
  type Grant,
  grantOf,
  requireEndpoint,
  requireMembers,
  requireOneOf,
  requireScopes,
  requireText,
} from '../options/require-option.ts';
import { type KnownServer, knownServer } from '../wire/known-server.ts';
import { checkClientAuthentication, type HeldCertificate, heldCertificate } from './client-authentication.ts';
import type { ClientCertificate } from './client-certificate.ts';
import { type MicrosoftCloudName, microsoftClouds, refuseOtherClouds } from './microsoft-clouds.ts';
import { singlePageOriginOf } from './single-page-origin.ts';

/** Addresses other than Entra's own, for a simulator. `https:`, or `http:` on loopback. */
export interface MicrosoftEndpoints {
  /** The token endpoint. */
  token: string;
  /** Default: none; `deviceCode()` then throws. */
  deviceCode?: string | undefined;
  /** Default: none; `beginSignIn()` and `authorizationCode()` then throw. */
  authorize?: string | undefined;
}

/** Options of `microsoft()`. */
export interface MicrosoftOptions {
  /** Directory (tenant) id or domain; `common`, `organizations` or `consumers` to let people of other tenants sign in. */
  tenantId: string;
  /** Application (client) id. */
  clientId: string;
  /** Delegated scopes such as `Mail.Read`; with client credentials one `<resource>/.default`. */
  scopes: readonly string[];
  /**
   * `refresh_token` (default): on behalf of a person who signed in. `client_credentials`: as the application itself,
   * which needs a secret, certificate or assertion.
   */
  grant?: 'refresh_token' | 'client_credentials' | undefined;
  /** The value of a client secret. At most one of secret, certificate and assertion; none for a public client. */
  clientSecret?: string | undefined;
  /**
   * A certificate that signs assertions in place of a secret: `{ pem }`, the text of the certificate and its key. A function is
   * asked at each token request, for a file that something else replaces.
   */
  clientCertificate?: ClientCertificate | (() => ClientCertificate | Promise<ClientCertificate>) | undefined;
  /** A signed JWT that stands for the application, or a function that returns a fresh one (workload identity). */
  clientAssertion?: string | (() => string | Promise<string>) | undefined;
  /**
   * The national cloud that the tenant is in: `us-government`, `us-defense` or `china`. Default `public`. Where its Graph is,
   * says `microsoftClouds`.
   */
  cloud?: MicrosoftCloudName | undefined;
  /** The origin of the sign-in service, in place of `cloud`. Default that of `cloud`. */
  authority?: string | undefined;
  /**
   * The origin of a single-page application, where the redirect address is registered as one: sent as `Origin` with each token
   * request, which Entra demands then (AADSTS9002327). Such a refresh token ends 24 hours after the sign-in, however often it is
   * used, so a program that runs for longer is better registered as 'Mobile and desktop'. Default: no `Origin`.
   */
  singlePageOrigin?: string | undefined;
  /** Replaces all addresses that follow from `authority` and `tenantId`. For tests and simulators. */
  endpoints?: MicrosoftEndpoints | undefined;
  /**
   * What sends the requests. It must send each once: a `fetch` that repeats requests by itself presents a refresh token
   * twice, and some servers end the session then. One that throws for a status, as ky does, is understood too. Default:
   * the global `fetch`, as it is at the time of each request; it is kept from repeating.
   */
  fetch?: typeof fetch | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({
  tenantId: true,
  clientId: true,
  scopes: true,
  grant: true,
  clientSecret: true,
  clientCertificate: true,
  clientAssertion: true,
  cloud: true,
  authority: true,
  singlePageOrigin: true,
  endpoints: true,
  fetch: true,
} satisfies Record<keyof MicrosoftOptions, true>);

/** Options after the checks, with everything filled in. */
export interface MicrosoftSettings {
  tenantId: string;
  clientId: string;
  scopes: readonly string[];
  grant: Grant;
  isConfidential: boolean;
  clientSecret: string | undefined;
  clientCertificate: HeldCertificate | undefined;
  clientAssertion: MicrosoftOptions['clientAssertion'];
  cloud: MicrosoftCloudName | undefined;
  authority: string;
  singlePageOrigin: string | undefined;
  endpoints: { token: string; deviceCode: string | undefined; authorize: string | undefined };
  fetch: typeof fetch;
  /** What is known of the server by now. */
  known: KnownServer;
}

const MULTI_TENANT: ReadonlySet<string> = new Set(['common', 'organizations', 'consumers']);

/** @throws {ConfigurationError} naming the option that is missing, unknown, of the wrong type or unusable */
export function microsoftSettings(options: MicrosoftOptions): MicrosoftSettings {
  requireMembers('microsoft()', options, KNOWN, "{ tenantId, clientId, scopes: ['Mail.Read'] }");
  const { clientSecret, clientCertificate, clientAssertion } = options;
  const tenantId = requireTenant(options.tenantId);
  const remedy = 'It is the application (client) id of the app registration.';
  const clientId = requireText('clientId', options.clientId, remedy);
  const grant = grantOf(options.grant);
  const scopes = requireScopes(options.scopes);
  const isConfidential = checkClientAuthentication({ clientSecret, clientCertificate, clientAssertion });
  if (grant === 'client_credentials') checkClientCredentials(tenantId, scopes, isConfidential);
  const authority = authorityOf(options);
  const { cloud } = options;
  refuseOtherClouds(scopes, { authority, cloud });
  return {
    tenantId,
    clientId,
    scopes,
    grant,
    isConfidential,
    clientSecret,
    clientCertificate: heldCertificate(clientCertificate),
    clientAssertion,
    cloud,
    authority,
    singlePageOrigin: singlePageOriginOf(options.singlePageOrigin, isConfidential),
    endpoints: endpointsOf(options.endpoints, `${authority}/${tenantId}/oauth2/v2.0`),
    fetch: fetchOrGlobal(options.fetch),
    known: knownServer(),
  };
}

function requireTenant(value: unknown): string {
  const remedy =
    "It is the directory (tenant) id or a domain of the tenant; for people of any tenant it is 'organizations' or 'common'.";
  const tenantId = requireText('tenantId', value, remedy);
  if (/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(tenantId)) return tenantId;
  throw new ConfigurationError({
    option: 'tenantId',
    message: `\`tenantId\` contains characters that no tenant id has. ${remedy}`,
  });
}

const CLOUDS = /* @__PURE__ */ Object.keys(microsoftClouds) as MicrosoftCloudName[];

function authorityOf({ cloud, authority }: MicrosoftOptions): string {
  if (cloud === undefined) return requireAuthority(authority);
  const known = microsoftClouds[requireOneOf('cloud', cloud, CLOUDS)].authority;
  if (authority === undefined) return known;
  throw new ConfigurationError({
    option: 'authority',
    message: '`authority` is given beside `cloud`, which has one already. Give one of the two.',
  });
}

function requireAuthority(value: unknown = microsoftClouds.public.authority): string {
  const remedy = `Write the origin alone, for instance '${microsoftClouds.public.authority}'; for a local simulator use \`endpoints\`.`;
  const url = new URL(requireEndpoint('authority', value, remedy));
  if (url.protocol === 'https:' && url.pathname === '/' && !url.search) return url.origin;
  throw new ConfigurationError({
    option: 'authority',
    message: `\`authority\` is not the https origin of a sign-in service. ${remedy}`,
  });
}

const ENDPOINTS = /* @__PURE__ */ Object.keys({
  token: true,
  deviceCode: true,
  authorize: true,
} satisfies Record<keyof MicrosoftEndpoints, true>);

function endpointsOf(given: MicrosoftEndpoints | undefined, base: string): MicrosoftSettings['endpoints'] {
  if (given === undefined) {
    return { token: `${base}/token`, deviceCode: `${base}/devicecode`, authorize: `${base}/authorize` };
  }
  const remedy =
    "Write an absolute address, for instance 'http://127.0.0.1:4000/tenant/oauth2/v2.0/token', or leave `endpoints` out.";
  requireMembers('microsoft()', given, ENDPOINTS, '{ token, deviceCode, authorize }', 'endpoints');
  const optional = (name: 'deviceCode' | 'authorize') =>
    given[name] === undefined ? undefined : requireEndpoint(`endpoints.${name}`, given[name], remedy);
  return {
    token: requireEndpoint('endpoints.token', given.token, remedy),
    deviceCode: optional('deviceCode'),
    authorize: optional('authorize'),
  };
}

/** @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
function checkClientCredentials(tenantId: string, scopes: readonly string[], isConfidential: boolean): void {
  if (!isConfidential) {
    throw new ConfigurationError({
      option: 'clientSecret',
      message:
        "`grant: 'client_credentials'` needs `clientSecret`, `clientCertificate` or `clientAssertion`. Give one of them.",
    });
  }
  if (MULTI_TENANT.has(tenantId.toLowerCase())) {
    throw new ConfigurationError({
      option: 'tenantId',
      message: "`tenantId` must name one tenant with `grant: 'client_credentials'`. Give its id or domain.",
    });
  }
  if (scopes.length === 1 && scopes[0]?.endsWith('/.default')) return;
  throw new ConfigurationError({
    option: 'scopes',
    message:
      "`scopes` must be one scope that ends in /.default with `grant: 'client_credentials'`. Write for instance ['https://graph.microsoft.com/.default'].",
  });
}
