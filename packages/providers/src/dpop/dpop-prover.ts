import type { DpopProver } from '@everbearer/core/contract';
import { type DpopKey, dpopKeyIn } from './dpop-key.ts';
import type { DpopProofs } from './dpop-proofs.ts';

/** Matches the challenge of a resource server that refused the proof, and not the token (RFC 9449, sections 7.1 and 9). */
const REFUSES_PROOF = /(?:^|[\s,])dpop\b.*\berror="?(use_dpop_nonce|invalid_dpop_proof)\b/is;

/** What proves possession of the key that this access token is bound to. The key is read at the first proof. */
export function dpopProver(accessToken: string, text: string, proofs: DpopProofs): DpopProver {
  let key: Promise<DpopKey> | undefined;
  return {
    proof({ method, url }) {
      key ??= dpopKeyIn(text);
      return proofs.proof(key, { method, url, accessToken });
    },
    wantsAnother(url, { status, headers }) {
      const [, error] = REFUSES_PROOF.exec(headers.get('www-authenticate') ?? '') ?? [];
      return proofs.mendsRefusal(url, headers, status === 401 ? error?.toLowerCase() : undefined);
    },
  };
}
