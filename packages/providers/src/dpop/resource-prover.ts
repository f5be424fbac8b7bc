import type { TokenProvider } from '@everbearer/core/contract';
import { createDpopProofs } from './dpop-proofs.ts';
import { dpopProver } from './dpop-prover.ts';

/**
 * Makes the `prover` of a provider of your own whose tokens are bound to a key (DPoP): proofs for resource servers, with the nonces that they ask
 * for and by their own clocks. Resource servers have nonces of their own, also where they share an origin with the authorization
 * server. Make it once for each provider.
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7
 */
export function resourceProver(): NonNullable<TokenProvider['prover']> {
  const proofs = createDpopProofs();
  return (accessToken, key) => dpopProver(accessToken, key, proofs);
}
