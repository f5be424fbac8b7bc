import type { ProviderContext } from '@everbearer/core/contract';

/** What core hands to a provider. */
export function context(changes: Partial<ProviderContext> = {}): ProviderContext {
  return { scopes: ['Mail.Read'], signal: AbortSignal.timeout(5_000), ...changes };
}
