import { clockSkew, modifyAssertion, PrivateKeyJwt } from 'oauth4webapi';
import type { Authenticate } from './authenticate.ts';

/** A server whose clock is a little behind refuses what was issued in its future. */
const ISSUED_BEFORE_S = 10;

/**
 * Signs an assertion for each request.
 * @param audience - the `aud` of the assertions; default: the issuer
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
 */
export function privateKeyAssertions(
  key: CryptoKey | { key: CryptoKey; kid: string },
  audience: string | undefined,
): Authenticate {
  const sign = PrivateKeyJwt(key, {
    [modifyAssertion](_header, payload) {
      if (audience !== undefined) payload.aud = audience;
      for (const name of ['iat', 'nbf'] as const) payload[name] = Number(payload[name]) - ISSUED_BEFORE_S;
    },
  });
  return ({ clientId, issuer, aheadMs }, form) => {
    const client = { client_id: clientId, [clockSkew]: Math.round(aheadMs / 1000) };
    return sign({ issuer }, client, form, new Headers());
  };
}
