/**
 * Tokens for clients of the Azure SDK, and tokens from its credentials.
 * @packageDocumentation
 */
export {
  type AzureCredential,
  type AzureCredentialAsk,
  type AzureCredentialToken,
  type FromTokenCredentialOptions,
  fromTokenCredential,
} from './azure/from-token-credential.ts';
export {
  type AzureAccessToken,
  type AzureTokenCredential,
  type AzureTokenOptions,
  toTokenCredential,
} from './azure/to-token-credential.ts';
