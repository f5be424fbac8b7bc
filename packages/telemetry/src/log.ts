/**
 * What Everbearer does, as lines of a log.
 * @packageDocumentation
 */
export type { FingerprintKey } from './fingerprint/keyed-name.ts';
export type { LogLevel } from './log/event-log.ts';
export { type LogOptions, logEvents } from './log/log-events.ts';
export type { EventLogger, FieldsLogger, LinesLogger, LogFunction } from './log/log-target.ts';
export type { AccountNaming, AccountOptions } from './naming/account-naming.ts';
