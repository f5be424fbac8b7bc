/**
 * For authors of backends and providers: what core asks of them, and what their errors are made of.
 * @packageDocumentation
 */
export { defineBackend } from './contract/define-backend.ts';
export type { SharedFunctions, SingleProcessFunctions, StoreFunctions } from './contract/store-functions.ts';
export type {
  BackendCapabilities,
  BackendCheck,
  SaveOptions,
  StoredText,
  TokenBackend,
} from './contract/token-backend.ts';
export {
  type ProviderContext,
  type ProviderProfile,
  type RefreshCredential,
  STRICT_PROFILE,
  type TokenProvider,
  type TokenSet,
  type TokenUser,
} from './contract/token-provider.ts';
export type { AuthErrorOptions } from './errors/auth-error.ts';
export type { ConfigurationErrorOptions } from './errors/configuration-error.ts';
export type { TokenEndpointErrorOptions } from './errors/endpoint-failure.ts';
export type { TokenBackendErrorCode, TokenEndpointErrorCode } from './errors/error-codes.ts';
export type { ReauthorizationRequiredErrorOptions } from './errors/reauthorization-required-error.ts';
export type { TokenBackendErrorOptions } from './errors/token-backend-error.ts';
export { isLoopback } from './http/origins.ts';
export type { DpopProver } from './token.ts';
export { refuseUnknownOptions } from './unknown-options.ts';
