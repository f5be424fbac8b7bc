import type { ProviderContext, TokenProvider, TokenSet } from '@everbearer/core/contract';

/** A provider that needs no sign-in: its tokens stand for the client itself. */
export interface ClientCredentialsProvider extends TokenProvider {
  /**
   * The client credentials grant.
   * @throws {TokenEndpointError} when the server refuses
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
   */
  acquire(context: ProviderContext): Promise<TokenSet>;
}
