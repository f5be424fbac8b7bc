/**
 * Tokens of Microsoft Entra ID.
 * @packageDocumentation
 */
export { ClaimsChallengeError } from './microsoft/claims-challenge-error.ts';
export type { CertificateParts, ClientCertificate, PemCertificate } from './microsoft/client-certificate.ts';
export { type EntraIdentity, entraAccount } from './microsoft/entra-account.ts';
export { federatedTokenFile } from './microsoft/federated-token-file.ts';
export { type ManagedIdentityOptions, managedIdentity } from './microsoft/managed-identity.ts';
export { microsoft } from './microsoft/microsoft.ts';
export {
  type MicrosoftCloud,
  type MicrosoftCloudName,
  microsoftClouds,
} from './microsoft/microsoft-clouds.ts';
export type { MicrosoftEndpoints, MicrosoftOptions } from './microsoft/microsoft-options.ts';
export type { MicrosoftProvider, OnBehalfOfOptions } from './microsoft/on-behalf-of.ts';
export { rejectedByGraph } from './microsoft/rejected-by-graph.ts';
export { type WorkloadIdentityOptions, workloadIdentity } from './microsoft/workload-identity.ts';
export type { EntraErrorKind } from './servers/entra-error-row.ts';
export { type EntraError, entraErrorOf, entraErrors } from './servers/entra-errors.ts';
