/**
 * A token manager for unit tests: no network, no store, no timers but those of a slow renewal. It runs under fake timers.
 * @packageDocumentation
 */
export type { DoubleVerdict } from './doubles/double-tokens.ts';
export type { RenewalFault } from './doubles/renewal-fault.ts';
export { createTokenDouble, type TokenDouble } from './doubles/token-double.ts';
export type { TokenDoubleOptions } from './doubles/token-double-options.ts';
