import { createHash } from 'node:crypto';
import type { TestAccount } from './directory.ts';
import { REFUSALS, Refusal } from './refusal.ts';
import type { TokenFamily } from './token-registry.ts';

/** What a code was issued for. */
export interface AuthorizationRequest {
  clientId: string;
  redirectUri: string;
  scopes: readonly string[];
  account: TestAccount;
  challenge: string | undefined;
  challengeMethod: string;
  nonce: string | undefined;
  claims: string | undefined;
}

interface IssuedCode extends AuthorizationRequest {
  expiresAt: number;
  /** What the code started, once it was redeemed. */
  family?: TokenFamily | undefined;
  spent: boolean;
}

/** Authorization codes: each can be redeemed once, within ten minutes, with the verifier of its challenge. */
export interface AuthorizationCodes {
  issue(request: AuthorizationRequest): string;
  /**
   * Spends a code.
   * @throws {Refusal} if it is unknown, expired, spent or another client's
   */
  redeem(
    code: string,
    presented: { clientId: string; redirectUri: string; verifier: string | undefined },
  ): IssuedCode;
}

const LIFE_MS = 600_000;

/** What the codes need of the server. */
export interface AuthorizationCodesOptions {
  secret(kind: string): string;
  now(): number;
  /** A code was presented twice: the family it started is revoked (RFC 6749 section 4.1.2). */
  onReplay(family: TokenFamily): void;
}

/** No code is issued yet. */
export function createAuthorizationCodes({
  secret,
  now,
  onReplay,
}: AuthorizationCodesOptions): AuthorizationCodes {
  const codes = new Map<string, IssuedCode>();
  return {
    issue(request) {
      const code = secret('CODE');
      codes.set(code, { ...request, expiresAt: now() + LIFE_MS, spent: false });
      return code;
    },
    redeem(code, { clientId, redirectUri, verifier }) {
      const issued = codes.get(code);
      if (!issued || issued.clientId !== clientId || issued.redirectUri !== redirectUri) {
        throw new Refusal(REFUSALS.unknownGrantToken);
      }
      if (issued.spent) {
        if (issued.family) onReplay(issued.family);
        throw new Refusal(REFUSALS.spentCode);
      }
      if (now() >= issued.expiresAt) throw new Refusal(REFUSALS.expiredCode);
      if (!proves(issued, verifier)) throw new Refusal(REFUSALS.wrongVerifier);
      issued.spent = true;
      return issued;
    },
  };
}

function proves({ challenge, challengeMethod }: AuthorizationRequest, verifier: string | undefined): boolean {
  if (challenge === undefined) return verifier === undefined;
  if (verifier === undefined) return false;
  const proof =
    challengeMethod === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  return proof === challenge;
}
