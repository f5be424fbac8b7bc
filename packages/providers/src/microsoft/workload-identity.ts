import process from 'node:process';
import { ConfigurationError } from '@everbearer/core';
import { requireEndpoint, requireMembers } from '../options/require-option.ts';
import type { ClientCredentialsProvider } from '../sign-in/client-credentials-provider.ts';
import { federatedTokenFile } from './federated-token-file.ts';
import { microsoft } from './microsoft.ts';
import type { MicrosoftOptions } from './microsoft-options.ts';

/** Options of `workloadIdentity()`. All but `scopes` have defaults in a pod of Azure Workload Identity. */
export interface WorkloadIdentityOptions
  extends Pick<MicrosoftOptions, 'scopes' | 'cloud' | 'authority' | 'endpoints' | 'fetch'> {
  /** Directory (tenant) id. Default: the environment variable `AZURE_TENANT_ID`. */
  tenantId?: string | undefined;
  /** Application (client) id. Default: `AZURE_CLIENT_ID`. */
  clientId?: string | undefined;
  /** The file that holds the token of this workload; read for each token request. Default: `AZURE_FEDERATED_TOKEN_FILE`. */
  tokenFile?: string | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({
  scopes: true,
  tenantId: true,
  clientId: true,
  tokenFile: true,
  cloud: true,
  authority: true,
  endpoints: true,
  fetch: true,
} satisfies Record<keyof WorkloadIdentityOptions, true>);

/**
 * Tokens of an application without any secret of its own: a token that its platform issued (Kubernetes, GitHub Actions)
 * stands for it. What is not given is read from the environment, once, as the webhook of Azure Workload Identity sets it:
 * `AZURE_TENANT_ID`, `AZURE_CLIENT_ID`, `AZURE_FEDERATED_TOKEN_FILE`, and `AZURE_AUTHORITY_HOST` for `authority`.
 * @throws {ConfigurationError} naming the option that is missing, unknown or unusable
 * @see https://learn.microsoft.com/azure/aks/workload-identity-overview
 */
export function workloadIdentity(options: WorkloadIdentityOptions): ClientCredentialsProvider {
  requireMembers(
    'workloadIdentity()',
    options,
    KNOWN,
    "{ scopes: ['https://graph.microsoft.com/.default'] }",
  );
  const { scopes, cloud, endpoints, fetch } = options;
  const authority = options.authority ?? (cloud === undefined ? authorityOfEnvironment() : undefined);
  return microsoft({
    grant: 'client_credentials',
    tenantId: given('tenantId', options.tenantId, 'AZURE_TENANT_ID'),
    clientId: given('clientId', options.clientId, 'AZURE_CLIENT_ID'),
    clientAssertion: federatedTokenFile(given('tokenFile', options.tokenFile, 'AZURE_FEDERATED_TOKEN_FILE')),
    scopes,
    cloud,
    authority,
    endpoints,
    fetch,
  });
}

const fromEnvironment = (variable: string) => process.env[variable] || undefined;

function authorityOfEnvironment(): string | undefined {
  const host = fromEnvironment('AZURE_AUTHORITY_HOST');
  const remedy = "Set it to the origin of the cloud's sign-in service, or give `cloud`.";
  return host && new URL(requireEndpoint('AZURE_AUTHORITY_HOST', host, remedy)).origin;
}

function given(option: string, value: string | undefined, variable: string): string {
  const found = value ?? fromEnvironment(variable);
  if (found !== undefined) return found;
  throw new ConfigurationError({
    option,
    message: `\`${option}\` is missing, and the environment variable ${variable} is not set. Set it, or label the pod azure.workload.identity/use: "true".`,
  });
}
