import { generateProof, type KeyPair } from 'dpop';

/** A request that is about to be sent. */
export interface ProvedRequest {
  method: string;
  /** Absolute. Its query and fragment are no part of the proof. */
  url: string;
  /** The access token that the request bears; none at the token endpoint. */
  accessToken?: string | undefined;
}

/** Makes proofs of possession, with the nonce that each server last asked for. */
export interface DpopProofs {
  /** The value of the `DPoP` header. Good for one send. */
  proof(key: KeyPair, request: ProvedRequest): Promise<string>;
  /** Keeps the nonce that a response brings; whether it is another one than the proof had. */
  learnNonce(url: string, headers: Headers): boolean;
}

const MOST_SERVERS = 128;

/** @see https://www.rfc-editor.org/rfc/rfc9449#section-4.2 */
export function createDpopProofs(): DpopProofs {
  const nonces = new Map<string, string>();
  return {
    proof(key, { method, url, accessToken }) {
      const { origin, pathname } = new URL(url);
      return generateProof(key, origin + pathname, method, nonces.get(origin), accessToken);
    },
    learnNonce(url, headers) {
      const nonce = headers.get('dpop-nonce');
      const { origin } = new URL(url);
      if (!nonce || nonce === nonces.get(origin)) return false;
      nonces.delete(origin);
      nonces.set(origin, nonce);
      if (nonces.size > MOST_SERVERS) nonces.delete(nonces.keys().next().value as string);
      return true;
    },
  };
}
