/**
 * A token source in the shape that Azure SDK clients take.
 * @packageDocumentation
 */
export {
  type AzureAccessToken,
  type AzureTokenCredential,
  type AzureTokenOptions,
  tokenCredential,
} from './azure/token-credential.ts';
