export type { Clock } from './clock.ts';
export { AuthError } from './errors/auth-error.ts';
export { ConfigurationError } from './errors/configuration-error.ts';
export type { AuthErrorCode, ReauthorizationReason } from './errors/error-codes.ts';
export { OriginNotAllowedError } from './errors/origin-not-allowed-error.ts';
export { ReauthorizationRequiredError } from './errors/reauthorization-required-error.ts';
export { TokenBackendError } from './errors/token-backend-error.ts';
export { TokenEndpointError } from './errors/token-endpoint-error.ts';
export { TokenRejectedError } from './errors/token-rejected-error.ts';
export type {
  AuthEvent,
  AuthEventListener,
  RenewalReason,
  StepUp,
  TokenFingerprint,
  WarningCode,
} from './events.ts';
export {
  type AuthFetch,
  type AuthFetchInit,
  type AuthFetchOptions,
  createAuthFetch,
} from './http/auth-fetch.ts';
export { type BearerChallenge, bearerChallenge } from './http/challenge.ts';
export type { CallAuth, Origins } from './http/guard-options.ts';
export { type Accounts, type AccountsOptions, createAccounts } from './manager/accounts.ts';
export { createTokenManager } from './manager/create-token-manager.ts';
export { type KeepAliveOptions, keepAlive } from './manager/keep-alive.ts';
export type { TimingOptions, TokenManagerOptions } from './manager/manager-options.ts';
export type { Seed } from './manager/openable-seed.ts';
export { seedFrom } from './manager/seed-from.ts';
export type { SignOutOptions, TokenManager } from './manager/token-manager.ts';
export type { GuaranteeLevel, ManagerState, SessionStatus, TokenStatus } from './manager/token-status.ts';
export type { LastFailure } from './record/last-failure.ts';
export {
  AccessToken,
  type AccessTokenInit,
  staticTokenSource,
  type TokenAsk,
  type TokenSource,
} from './token.ts';
