import { ConfigurationError } from '@everbearer/core';
import {
  allowFunction,
  requireEndpoint,
  requireObject,
  requireOneOf,
  requireScopes,
  requireText,
} from '../require-option.ts';

/** A certificate registered for the application. */
export interface ClientCertificate {
  /** SHA-256 thumbprint of the certificate, 64 hexadecimal digits. */
  thumbprintSha256: string;
  /** The private key in PEM form, not encrypted. */
  privateKey: string;
  /** The certificate itself in PEM form, where the application is registered by subject name and issuer. */
  x5c?: string;
}

/** Addresses that differ from Entra's own, for a simulator. `https:`, or `http:` on loopback. */
export interface MicrosoftEndpoints {
  token: string;
  /** Default: none, so that nobody can sign in by device code. */
  deviceCode?: string;
  /** Default: none, so that nobody can sign in with a browser. */
  authorize?: string;
}

export interface MicrosoftOptions {
  /** Directory (tenant) id or domain; `common`, `organizations` or `consumers` for sign-ins of people from elsewhere. */
  tenantId: string;
  /** Application (client) id. */
  clientId: string;
  /** Delegated scopes such as `Mail.Read`; with client credentials one `<resource>/.default`. */
  scopes: readonly string[];
  /**
   * `refresh_token` (default): on behalf of a person who signed in. `client_credentials`: as the application itself,
   * which needs a secret, certificate or assertion.
   */
  grant?: 'refresh_token' | 'client_credentials';
  /** At most one of secret, certificate and assertion; none for a public client. */
  clientSecret?: string;
  clientCertificate?: ClientCertificate;
  /** A signed JWT that stands for the application, or a function that brings a fresh one (workload identity). */
  clientAssertion?: string | (() => string | Promise<string>);
  /** The cloud's sign-in service. Default `https://login.microsoftonline.com`. */
  authority?: string;
  endpoints?: MicrosoftEndpoints;
  /** Default: the global `fetch`, as it is at the time of each request. */
  fetch?: typeof fetch;
}

/** Options after the checks, with everything filled in. */
export interface MicrosoftSettings {
  tenantId: string;
  clientId: string;
  scopes: readonly string[];
  grant: 'refresh_token' | 'client_credentials';
  isConfidential: boolean;
  clientSecret: string | undefined;
  clientCertificate: ClientCertificate | undefined;
  clientAssertion: MicrosoftOptions['clientAssertion'];
  authority: string;
  endpoints: { token: string; deviceCode: string | undefined; authorize: string | undefined };
  fetch: typeof fetch;
}

const DEFAULT_AUTHORITY = 'https://login.microsoftonline.com';
const OF_NO_TENANT: ReadonlySet<string> = new Set(['common', 'organizations', 'consumers']);

/** @throws {ConfigurationError} naming the option that is missing, has the wrong type or cannot work */
export function microsoftSettings(options: MicrosoftOptions): MicrosoftSettings {
  requireObject('options', options, "{ tenantId, clientId, scopes: ['Mail.Read'] }");
  const { clientSecret, clientCertificate, clientAssertion } = options;
  const tenantId = requireTenant(options.tenantId);
  const clientId = requireText(
    'clientId',
    options.clientId,
    'It is the application (client) id of the app registration.',
  );
  const grant = requireOneOf('grant', options.grant ?? 'refresh_token', [
    'refresh_token',
    'client_credentials',
  ]);
  const scopes = requireScopes(options.scopes);
  checkClientAuthentication(options);
  const isConfidential = [clientSecret, clientCertificate, clientAssertion].some(
    (given) => given !== undefined,
  );
  if (grant === 'client_credentials') checkClientCredentials(tenantId, scopes, isConfidential);
  allowFunction('fetch', options.fetch);
  const authority = requireAuthority(options.authority ?? DEFAULT_AUTHORITY);
  return {
    tenantId,
    clientId,
    scopes,
    grant,
    isConfidential,
    clientSecret,
    clientCertificate,
    clientAssertion,
    authority,
    endpoints: endpointsOf(options.endpoints, `${authority}/${tenantId}/oauth2/v2.0`),
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  };
}

function requireTenant(value: unknown): string {
  const remedy =
    "It is the directory (tenant) id or a domain of the tenant; for people of any tenant it is 'organizations' or 'common'.";
  const tenantId = requireText('tenantId', value, remedy);
  if (/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(tenantId)) return tenantId;
  throw new ConfigurationError({
    option: 'tenantId',
    message: `\`tenantId\` holds characters that no tenant id has. ${remedy}`,
  });
}

function requireAuthority(value: unknown): string {
  const remedy = `Write the origin alone, for instance '${DEFAULT_AUTHORITY}'; a local simulator is named by \`endpoints\`.`;
  const url = new URL(requireEndpoint('authority', value, remedy));
  if (url.protocol === 'https:' && url.pathname === '/' && !url.search) return url.origin;
  throw new ConfigurationError({
    option: 'authority',
    message: `\`authority\` is not the https origin of a sign-in service. ${remedy}`,
  });
}

function endpointsOf(given: MicrosoftEndpoints | undefined, base: string): MicrosoftSettings['endpoints'] {
  if (given === undefined) {
    return { token: `${base}/token`, deviceCode: `${base}/devicecode`, authorize: `${base}/authorize` };
  }
  const remedy =
    "Write an absolute address, for instance 'http://127.0.0.1:4000/tenant/oauth2/v2.0/token', or leave `endpoints` out.";
  requireObject('endpoints', given, '{ token, deviceCode, authorize }');
  const optional = (name: 'deviceCode' | 'authorize') =>
    given[name] === undefined ? undefined : requireEndpoint(`endpoints.${name}`, given[name], remedy);
  return {
    token: requireEndpoint('endpoints.token', given.token, remedy),
    deviceCode: optional('deviceCode'),
    authorize: optional('authorize'),
  };
}

function checkClientAuthentication({
  clientSecret,
  clientCertificate,
  clientAssertion,
}: MicrosoftOptions): void {
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
  if (clientSecret !== undefined)
    requireText(
      'clientSecret',
      clientSecret,
      'It is the value of the secret, not its id; leave it out for a public client.',
    );
  if (clientCertificate !== undefined) checkCertificate(clientCertificate);
  if (clientAssertion !== undefined && typeof clientAssertion !== 'function') {
    requireText(
      'clientAssertion',
      clientAssertion,
      'Pass a signed JWT, or better a function that brings a fresh one.',
    );
  }
}

function checkCertificate(certificate: ClientCertificate): void {
  requireObject('clientCertificate', certificate, '{ thumbprintSha256, privateKey }');
  const { thumbprintSha256, privateKey, x5c } = certificate;
  if (typeof thumbprintSha256 !== 'string' || !/^[0-9A-Fa-f]{64}$/.test(thumbprintSha256)) {
    throw new ConfigurationError({
      option: 'clientCertificate.thumbprintSha256',
      message:
        '`clientCertificate.thumbprintSha256` is not a SHA-256 thumbprint. Write its 64 hexadecimal digits without colons.',
    });
  }
  if (
    typeof privateKey !== 'string' ||
    !/^\s*-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(privateKey) ||
    privateKey.includes('ENCRYPTED')
  ) {
    throw new ConfigurationError({
      option: 'clientCertificate.privateKey',
      message:
        '`clientCertificate.privateKey` is not an unencrypted private key in PEM form. Pass the text that begins with -----BEGIN PRIVATE KEY-----.',
    });
  }
  if (x5c !== undefined && (typeof x5c !== 'string' || !x5c.includes('-----BEGIN CERTIFICATE-----'))) {
    throw new ConfigurationError({
      option: 'clientCertificate.x5c',
      message:
        '`clientCertificate.x5c` must be the certificate in PEM form. Leave it out unless the application is registered by subject name and issuer.',
    });
  }
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
  if (OF_NO_TENANT.has(tenantId.toLowerCase())) {
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
