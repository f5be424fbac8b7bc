/**
 * What the mail API counted. Each request falls under exactly one of `ok`, `bare`, `unknown`, `expired`,
 * `revoked`, `insufficientClaims` and `scripted`, judged when its head arrived; the others say more about them.
 */
export interface MailApiCounts {
  requests: number;
  /** Carried a token that was good. */
  ok: number;
  /** No Authorization header, or one without a token: empty, `Bearer`, `undefined`, `null`, another scheme. */
  bare: number;
  /** Carried a token that the authorization server never issued. */
  unknown: number;
  /** Carried a token past the life that its reply had promised: its holder could have known. */
  expired: number;
  /** Carried a token that ended before that life was over: revoked, or expired early. */
  revoked: number;
  /** Carried a living token that lacks the claims demanded. */
  insufficientClaims: number;
  /** Carried a good token and was answered by a script. */
  scripted: number;
  /** The part of `revoked` that no client can foresee: the first request with that token. */
  revokedFirst: number;
  /** The same of `insufficientClaims`. */
  claimsFirst: number;
  /**
   * Requests with a token that this server had answered 401 before to the same client (told apart by
   * User-Agent), for whatever reason and whatever it is judged now: the 401 had left more than `settleMs`
   * before the request arrived.
   */
  rejectedAgain: number;
  /** Requests that are `expired`, `rejectedAgain` or both: what a client that keeps its guarantees never sends. */
  stale: number;
  /** 401s by token, under its public id; requests without a known token are not in it. */
  rejections: Record<string, number>;
  /** The most requests in hand at one moment. */
  concurrentMax: number;
  /** Messages accepted by `sendMail`. */
  sent: number;
}

export function createMailApiCounts(): MailApiCounts {
  return {
    requests: 0,
    ok: 0,
    bare: 0,
    unknown: 0,
    expired: 0,
    revoked: 0,
    insufficientClaims: 0,
    scripted: 0,
    revokedFirst: 0,
    claimsFirst: 0,
    rejectedAgain: 0,
    stale: 0,
    rejections: {},
    concurrentMax: 0,
    sent: 0,
  };
}
