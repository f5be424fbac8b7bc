/**
 * The tests that every backend passes.
 * @packageDocumentation
 */
export {
  type BackendConformanceOptions,
  backendConformance,
  type TestRegistrar,
} from './conformance/backend-conformance.ts';
export type { ConformanceStore } from './conformance/conformance-case.ts';
export type { StoreElsewhere } from './conformance/conformance-messages.ts';
