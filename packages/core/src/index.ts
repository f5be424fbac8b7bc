export { type Clock, systemClock } from './clock.ts';
export {
  defineBackend,
  type SharedFunctions,
  type SingleProcessFunctions,
  type StoreFunctions,
} from './contract/define-backend.ts';
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
  type TokenAccount,
  type TokenProvider,
  type TokenSet,
} from './contract/token-provider.ts';
export { AuthError, type AuthErrorOptions, isAuthError } from './errors/auth-error.ts';
export { ConfigurationError } from './errors/configuration-error.ts';
export { HeaderNotInjectedError } from './errors/header-not-injected-error.ts';
export { OriginNotAllowedError } from './errors/origin-not-allowed-error.ts';
export {
  type ReauthorizationReason,
  ReauthorizationRequiredError,
} from './errors/reauthorization-required-error.ts';
export {
  TokenBackendError,
  type TokenBackendErrorCode,
  type TokenBackendErrorOptions,
} from './errors/token-backend-error.ts';
export { TokenEndpointError, type TokenEndpointErrorOptions } from './errors/token-endpoint-error.ts';
export { TokenRejectedError } from './errors/token-rejected-error.ts';
export type { AuthEvent, AuthEventListener, RefusalReason, RenewalReason, StepUp } from './events.ts';
export {
  type AuthFetch,
  type AuthFetchInit,
  type AuthFetchOptions,
  createAuthFetch,
} from './http/auth-fetch.ts';
export { checkedAuth } from './http/call-auth.ts';
export { type BearerChallenge, bearerChallenge, type Challenge, parseChallenges } from './http/challenge.ts';
export { type Attempt, createGuard, type Guard, type GuardedCall, type Target } from './http/guard.ts';
export type { CallAuth, GuardOptions, SourceCall, SourceOrFunction } from './http/guard-options.ts';
export { type KeptBody, keptBody } from './http/kept-body.ts';
export type { OriginRules, Origins } from './http/origins.ts';
export { isLoopback } from './http/origins.ts';
export { type Accounts, type AccountsOptions, createAccounts } from './manager/accounts.ts';
export type { KeepAliveOptions } from './manager/keep-alive.ts';
export type { TimingOptions, TokenManagerOptions } from './manager/manager-options.ts';
export { createTokenManager, type TokenManager } from './manager/token-manager.ts';
export type { GuaranteeLevel, ManagerState, TokenStatus } from './manager/token-status.ts';
export type { RenewalTiming } from './renewal/renewal-context.ts';
export {
  AccessToken,
  type AccessTokenInit,
  staticTokenSource,
  type TokenAsk,
  type TokenSource,
} from './token.ts';
