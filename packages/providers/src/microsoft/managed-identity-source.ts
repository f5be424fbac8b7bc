import process from 'node:process';
import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import { endpointFault } from '../options/endpoint-fault.ts';

/** Which of the identities of a machine is meant; with none of them the one that the system gave it. */
export interface IdentityChoice {
  clientId: string | undefined;
  objectId: string | undefined;
  resourceId: string | undefined;
}

/** What the platform offers to ask for a token. */
export interface ManagedIdentitySource {
  /** App Service, Functions and Container Apps; a virtual machine (IMDS); a machine of Azure Arc; and the two by name. */
  readonly kind: 'app-service' | 'machine' | 'arc' | 'machine-learning' | 'cloud-shell';
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Cloud Shell has none. */
  readonly apiVersion?: string;
  /** Which identity stands for the machine's own, where the environment names it. */
  readonly ownClientId?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What it mostly means that nobody hands out a token. */
export const NO_IDENTITY = 'this machine has no managed identity, or is not one of Azure';

/** Link-local: it never leaves the machine, which is why plain http will do. */
const IMDS = 'http://169.254.169.254';
const IMDS_PATH = '/metadata/identity/oauth2/token';

/**
 * What the environment says that this program runs on. Where it says nothing, that is a virtual machine.
 * @throws {ConfigurationError} where the platform is one that is not supported, or names an address that cannot be asked
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#get-a-token-using-http
 * @see https://learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication
 */
export function managedIdentitySource(environment: Environment = process.env): ManagedIdentitySource {
  const { IDENTITY_ENDPOINT: identity, IDENTITY_HEADER: header, IMDS_ENDPOINT: imds } = environment;
  if (identity && environment['IDENTITY_SERVER_THUMBPRINT']) throw unsupported('Service Fabric');
  if (identity && header) {
    const endpoint = local('IDENTITY_ENDPOINT', identity);
    return {
      kind: 'app-service',
      endpoint,
      headers: { 'x-identity-header': header },
      apiVersion: '2019-08-01',
    };
  }
  const headers = { metadata: 'true' };
  const { MSI_ENDPOINT: msi, MSI_SECRET: secret } = environment;
  if (msi && secret) {
    const ownClientId = environment['DEFAULT_IDENTITY_CLIENT_ID'];
    const source = { headers: { ...headers, secret }, apiVersion: '2017-09-01', ownClientId };
    return { kind: 'machine-learning', endpoint: local('MSI_ENDPOINT', msi), ...source };
  }
  if (msi) return { kind: 'cloud-shell', endpoint: local('MSI_ENDPOINT', msi), headers };
  if (identity && imds) {
    const endpoint = local('IDENTITY_ENDPOINT', identity);
    return { kind: 'arc', endpoint, headers, apiVersion: '2020-06-01' };
  }
  const host = environment['AZURE_POD_IDENTITY_AUTHORITY_HOST'];
  const origin = host ? local('AZURE_POD_IDENTITY_AUTHORITY_HOST', host) : IMDS;
  const endpoint = new URL(IMDS_PATH, origin).href;
  return { kind: 'machine', endpoint, headers, apiVersion: '2018-02-01' };
}

/** The request for a token: a form is posted, all else is asked for. */
export interface ManagedIdentityAsk {
  url: string;
  form?: URLSearchParams;
}

/**
 * How these endpoints are asked.
 * @throws {ConfigurationError} the option that names an identity in a way that the platform does not know
 * @throws {TokenEndpointError} `invalid_scope`, not sent, for other scopes than those of one resource
 */
export function managedIdentityAsk(
  source: ManagedIdentitySource,
  scopes: readonly string[],
  identity: IdentityChoice,
): ManagedIdentityAsk {
  const { kind, endpoint, apiVersion, ownClientId } = source;
  const resource = resourceOf(scopes);
  const names = NAMES[kind];
  const url = new URL(endpoint);
  refuseUnknownChoice(identity, kind, names);
  if (kind === 'cloud-shell') return { url: url.href, form: new URLSearchParams({ resource }) };
  if (apiVersion !== undefined) url.searchParams.set('api-version', apiVersion);
  url.searchParams.set('resource', resource);
  const isSystem = Object.values(identity).every((id) => id === undefined);
  const chosen = isSystem ? { ...identity, clientId: ownClientId } : identity;
  for (const [option, name] of Object.entries(names)) {
    const id = chosen[option as keyof IdentityChoice];
    if (id !== undefined) url.searchParams.set(name, id);
  }
  return { url: url.href };
}

type Names = Readonly<Partial<Record<keyof IdentityChoice, string>>>;

/** What the parameters are called by which an identity is chosen. */
const NAMES: Readonly<Record<ManagedIdentitySource['kind'], Names>> = {
  'app-service': { clientId: 'client_id', objectId: 'object_id', resourceId: 'mi_res_id' },
  machine: { clientId: 'client_id', objectId: 'object_id', resourceId: 'msi_res_id' },
  arc: { clientId: 'client_id', objectId: 'object_id', resourceId: 'msi_res_id' },
  'machine-learning': { clientId: 'clientid' },
  'cloud-shell': {},
};

function refuseUnknownChoice(identity: IdentityChoice, kind: string, names: Names): void {
  const unknown = Object.entries(identity).find(
    ([option, id]) => id !== undefined && !(option in names),
  )?.[0];
  if (unknown === undefined) return;
  const remedy = 'clientId' in names ? 'Give its `clientId`.' : 'Leave it out.';
  throw new ConfigurationError({
    option: unknown,
    message: `\`${unknown}\` cannot choose an identity here, which is ${kind}. ${remedy}`,
  });
}

/** These endpoints know resources and no scopes. */
export function resourceOf(scopes: readonly string[]): string {
  const [scope, second] = scopes;
  const resource = scope?.endsWith('/.default') ? scope.slice(0, -'/.default'.length) : undefined;
  if (resource && second === undefined) return resource;
  const description = 'a managed identity is asked for one scope that ends in /.default; nothing was sent';
  throw new TokenEndpointError({ code: 'invalid_scope', sent: false, description });
}

/** Link-local and loopback addresses stay on the machine. */
function local(variable: string, address: string): string {
  const { protocol, hostname, username, password } = URL.parse(address) ?? {};
  const staysHere = protocol === 'http:' && hostname?.startsWith('169.254.') && !username && !password;
  const fault = staysHere ? undefined : endpointFault(address);
  if (fault === undefined) return address;
  throw new ConfigurationError({
    option: variable,
    message: `The environment variable ${variable} ${fault}. It is set by Azure; remove what else sets it.`,
  });
}

function unsupported(platform: string): ConfigurationError {
  return new ConfigurationError({
    option: 'managedIdentity()',
    message: `managedIdentity() does not know the endpoint of ${platform}. Use fromTokenCredential() of @everbearer/providers/azure with the ManagedIdentityCredential of @azure/identity.`,
  });
}
