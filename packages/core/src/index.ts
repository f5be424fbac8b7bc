export { type Accounts, type AccountsOptions, createAccounts } from './manager/accounts.ts';
export {
  type AuthFetch,
  type AuthFetchInit,
  type AuthFetchOptions,
  createAuthFetch,
} from './http/auth-fetch.ts';
export { checkedAuth } from './http/call-auth.ts';
export { type BearerChallenge, bearerChallenge, type Challenge, parseChallenges } from './http/challenge.ts';
export { type Clock, systemClock } from './clock.ts';
export {
  defineBackend,
  type SharedFunctions,
  type SingleProcessFunctions,
  type StoreFunctions,
} from './contract/define-backend.ts';
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
} from './errors/auth-error.ts';
export type { AuthEvent, AuthEventListener, RefusalReason, RenewalReason, StepUp } from './events.ts';
export { type Attempt, createGuard, type Guard, type GuardedCall, type Target } from './http/guard.ts';
export type { CallAuth, GuardOptions, SourceCall, SourceOrFunction } from './http/guard-options.ts';
export type { KeepAliveOptions } from './manager/keep-alive.ts';
export { type KeptBody, keptBody } from './http/kept-body.ts';
export type { TimingOptions, TokenManagerOptions } from './manager/manager-options.ts';
export type { OriginRules, Origins } from './http/origins.ts';
export { isLoopback } from './http/origins.ts';
export { rejectedByGraph } from './rejected-by-graph.ts';
export type { RenewalTiming } from './renewal/renewal-context.ts';
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
} from './contract/token-backend.ts';
export { createTokenManager, type TokenManager } from './manager/token-manager.ts';
export {
  type ProviderContext,
  type ProviderProfile,
  type RefreshCredential,
  STRICT_PROFILE,
  type TokenAccount,
  type TokenProvider,
  type TokenSet,
} from './contract/token-provider.ts';
export type { GuaranteeLevel, ManagerState, TokenStatus } from './manager/token-status.ts';
