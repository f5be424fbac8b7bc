export { type Accounts, type AccountsOptions, createAccounts } from './accounts.ts';
export {
  type AuthFetch,
  type AuthFetchInit,
  type AuthFetchOptions,
  createAuthFetch,
} from './auth-fetch.ts';
export { checkedAuth } from './call-auth.ts';
export { type BearerChallenge, bearerChallenge, type Challenge, parseChallenges } from './challenge.ts';
export { type Clock, systemClock } from './clock.ts';
export {
  defineBackend,
  type SharedFunctions,
  type SingleProcessFunctions,
  type StoreFunctions,
} from './define-backend.ts';
export {
  AuthError,
  type AuthErrorOptions,
  ConfigurationError,
  HeaderNotInjectedError,
  isAuthError,
  OriginNotAllowedError,
  type ReauthorizationReason,
  ReauthorizationRequiredError,
  TokenBackendError,
  type TokenBackendErrorCode,
  type TokenBackendErrorOptions,
  TokenEndpointError,
  type TokenEndpointErrorOptions,
  TokenRejectedError,
} from './errors.ts';
export type { AuthEvent, AuthEventListener, RefusalReason, RenewalReason, StepUp } from './events.ts';
export { type Attempt, createGuard, type Guard, type GuardedCall, type Target } from './guard.ts';
export type { CallAuth, GuardOptions, SourceCall, SourceOrFunction } from './guard-options.ts';
export type { KeepAliveOptions } from './keep-alive.ts';
export { type KeptBody, keptBody } from './kept-body.ts';
export type { TimingOptions, TokenManagerOptions } from './manager-options.ts';
export type { OriginRules, Origins } from './origins.ts';
export { isLoopback } from './origins.ts';
export { rejectedByGraph } from './rejected-by-graph.ts';
export type { RenewalTiming } from './renewal-context.ts';
export {
  AccessToken,
  type AccessTokenInit,
  staticTokenSource,
  type TokenAsk,
  type TokenSource,
} from './token.ts';
export type {
  BackendCapabilities,
  BackendCheck,
  SaveOptions,
  StoredText,
  TokenBackend,
} from './token-backend.ts';
export { createTokenManager, type TokenManager } from './token-manager.ts';
export {
  type ProviderContext,
  type ProviderProfile,
  type RefreshCredential,
  STRICT_PROFILE,
  type TokenAccount,
  type TokenProvider,
  type TokenSet,
} from './token-provider.ts';
export type { GuaranteeLevel, ManagerState, TokenStatus } from './token-status.ts';
