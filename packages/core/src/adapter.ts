/**
 * For authors of adapters to other HTTP clients. An adapter makes the guard once (`createGuard`), one {@link GuardedCall}
 * for each call (its `auth` read by `readCallAuth`), and one {@link Attempt} of each request about to leave, which it
 * gives to `guard.send()`: `fetchAttempt` makes it for clients that send by a function like fetch. `keptBody` keeps what
 * a second send needs.
 * @packageDocumentation
 */
export { AuthError } from './errors/auth-error.ts';
export { ConfigurationError, type ConfigurationErrorOptions } from './errors/configuration-error.ts';
export type { OriginNotAllowedErrorOptions } from './errors/origin-not-allowed-error.ts';
export type { Attempt, GuardedCall, Hop, OutgoingRequest } from './http/attempt.ts';
export { type Challenge, parseChallenges } from './http/challenge.ts';
export { type FetchArguments, ownRequest, requestShownBy } from './http/fetch-arguments.ts';
export { type FetchCall, fetchAttempt } from './http/fetch-attempt.ts';
export { createGuard, type Guard } from './http/guard.ts';
export {
  type GuardOptions,
  readCallAuth,
  type SourceCall,
  type TokenSourceLike,
} from './http/guard-options.ts';
export { isForm, type KeptBody, keptBody } from './http/kept-body.ts';
export type { OptionRule, OptionsOwner } from './option-rules.ts';
