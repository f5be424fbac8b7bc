/**
 * For authors of adapters to other HTTP clients: the guard, and what it needs to know of a request.
 * @packageDocumentation
 */
export type { OriginNotAllowedErrorOptions } from './errors/origin-not-allowed-error.ts';
export { readCallAuth } from './http/call-auth.ts';
export { type Attempt, createGuard, type Guard, type GuardedCall, type Target } from './http/guard.ts';
export { type KeptBody, keptBody } from './http/kept-body.ts';
