import type { DpopProver } from '@everbearer/core/contract';
import { dpopKeyPair } from './dpop-key.ts';
import type { DpopProofs } from './dpop-proofs.ts';

/** Matches the challenge of a resource server that wants another nonce in the proof (RFC 9449, section 9). */
const WANTS_NONCE = /(^|[\s,])dpop\b.*\berror="?use_dpop_nonce\b/is;

/** What proves possession of the key that this access token is bound to. The key is read at the first proof. */
export function dpopProver(accessToken: string, key: string, proofs: DpopProofs): DpopProver {
  let pair: ReturnType<typeof dpopKeyPair> | undefined;
  return {
    async proof({ method, url }) {
      pair ??= dpopKeyPair(key);
      return proofs.proof(await pair, { method, url, accessToken });
    },
    wantsAnother(url, { status, headers }) {
      const isNew = proofs.learnNonce(url, headers);
      return isNew && status === 401 && WANTS_NONCE.test(headers.get('www-authenticate') ?? '');
    },
  };
}
