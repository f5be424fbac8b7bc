import { serverDateOf } from '../wire/server-date.ts';
import type { DpopKey } from './dpop-key.ts';
import { signedProof } from './signed-proof.ts';

/** A request that is about to be sent. */
export interface ProvedRequest {
  method: string;
  /** Absolute. Its query and fragment are no part of the proof. */
  url: string;
  /** The access token that the request bears; none at the token endpoint. */
  accessToken?: string | undefined;
}

/** Makes proofs of possession, with the nonce that each server last asked for and by its own clock. */
export interface DpopProofs {
  /** The value of the `DPoP` header. Good for one send. The nonce is that of the moment of the call. */
  proof(key: DpopKey | Promise<DpopKey>, request: ProvedRequest): Promise<string>;
  /** Hears a response: whether a server that refused the proof with this error may take the next one. */
  mendsRefusal(url: string, headers: Headers, error: unknown): boolean;
}

/** What a server said with its last responses. */
interface Known {
  nonce?: string | undefined;
  /** By how much its clock is ahead of ours, in milliseconds. */
  aheadMs: number;
}

const MOST_SERVERS = 128;
/** No server takes a difference this small for a fault, and a slow answer looks no different. */
const NOTABLE_MS = 20_000;
/** What fetch writes in capitals, and the server compares with. */
const NORMALIZED = /^(delete|get|head|options|post|put)$/i;

/** @see https://www.rfc-editor.org/rfc/rfc9449#section-4.2 */
export function createDpopProofs(): DpopProofs {
  const servers = new Map<string, Known>();
  return {
    async proof(key, { method, url, accessToken }) {
      const { origin, pathname } = new URL(url);
      // Before the first wait: of requests at the same time, each is repeated with the nonce of its own refusal.
      const { nonce, aheadMs = 0 } = servers.get(origin) ?? {};
      const claims = { url: origin + pathname, nonce, accessToken };
      const as = NORMALIZED.test(method) ? method.toUpperCase() : method;
      return signedProof(await key, { ...claims, method: as, at: Date.now() + aheadMs });
    },
    mendsRefusal(url, headers, error) {
      const { origin } = new URL(url);
      const before = servers.get(origin);
      const { nonce, aheadMs } = knownAfter(before, headers);
      servers.delete(origin);
      servers.set(origin, { nonce, aheadMs });
      if (servers.size > MOST_SERVERS) servers.delete(servers.keys().next().value as string);
      // Not only for a nonce that is news here: another request may have heard it first.
      if (error === 'use_dpop_nonce') return headers.get('dpop-nonce') === nonce;
      return error === 'invalid_dpop_proof' && Math.abs(aheadMs) >= NOTABLE_MS;
    },
  };
}

function knownAfter(before: Known | undefined, headers: Headers): Known {
  const date = serverDateOf(headers);
  const ahead = date === undefined ? (before?.aheadMs ?? 0) : date - Date.now();
  return {
    nonce: headers.get('dpop-nonce') || before?.nonce,
    aheadMs: Math.abs(ahead) < NOTABLE_MS ? 0 : ahead,
  };
}
