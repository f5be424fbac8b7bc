/**
 * What Everbearer does, as OpenTelemetry metrics and spans.
 * @packageDocumentation
 */
export type { FingerprintKey } from './fingerprint/keyed-name.ts';
export type { AccountNaming, AccountOptions } from './naming/account-naming.ts';
export { type OpenTelemetryListener, openTelemetry } from './opentelemetry/open-telemetry.ts';
export type { OpenTelemetryOptions } from './opentelemetry/open-telemetry-options.ts';
