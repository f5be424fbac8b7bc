import type { ProviderContext, TokenProvider, TokenSet } from '@everbearer/core/contract';

/** A provider for which nobody signs in: the client itself is what the tokens stand for. */
export interface ClientCredentialsProvider extends TokenProvider {
  acquire(context: ProviderContext): Promise<TokenSet>;
}
