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
  /** App Service, Functions and Container Apps; a virtual machine (IMDS); a machine of Azure Arc. */
  readonly kind: 'app-service' | 'machine' | 'arc';
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly apiVersion: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

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
  if (environment['MSI_ENDPOINT']) throw unsupported('Cloud Shell and Azure Machine Learning');
  const headers = { metadata: 'true' };
  if (identity && imds) {
    const endpoint = local('IDENTITY_ENDPOINT', identity);
    return { kind: 'arc', endpoint, headers, apiVersion: '2020-06-01' };
  }
  const host = environment['AZURE_POD_IDENTITY_AUTHORITY_HOST'];
  const origin = host ? local('AZURE_POD_IDENTITY_AUTHORITY_HOST', host) : IMDS;
  const endpoint = new URL(IMDS_PATH, origin).href;
  return { kind: 'machine', endpoint, headers, apiVersion: '2018-02-01' };
}

/** The address of the request for a token. */
export function managedIdentityUrl(
  { kind, endpoint, apiVersion }: ManagedIdentitySource,
  scopes: readonly string[],
  { clientId, objectId, resourceId }: IdentityChoice,
): string {
  const url = new URL(endpoint);
  url.searchParams.set('api-version', apiVersion);
  url.searchParams.set('resource', resourceOf(scopes));
  if (clientId) url.searchParams.set('client_id', clientId);
  if (objectId) url.searchParams.set('object_id', objectId);
  if (resourceId) url.searchParams.set(kind === 'app-service' ? 'mi_res_id' : 'msi_res_id', resourceId);
  return url.href;
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
