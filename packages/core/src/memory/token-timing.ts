export interface MarginOptions {
  softMarginMs?: number | undefined;
  hardMarginMs?: number | undefined;
  /** This process's own draw in [0, 1): processes that share a token do not all reach for it at once. */
  share: number;
  /** How long the last renewal took. */
  renewalMs: number;
}

export interface TokenTiming {
  /** Age from which the token is renewed while still in use. */
  expiringAgeMs: number;
  /** Age from which it is no longer used. */
  expiredAgeMs: number;
}

/**
 * The ages at which a token of this life is renewed and dropped. Margins never eat more than half a life, and a server that
 * wants its tokens renewed at once is asked no more often than the floor allows.
 */
export function timingOf(
  lifeMs: number | undefined,
  renewAgeMs: number | undefined,
  { softMarginMs, hardMarginMs, share, renewalMs }: MarginOptions,
): TokenTiming {
  const wanted = Math.max(renewAgeMs ?? Number.POSITIVE_INFINITY, renewalFloorMs(lifeMs));
  if (lifeMs === undefined) return { expiringAgeMs: wanted, expiredAgeMs: Number.POSITIVE_INFINITY };
  const half = Math.max(lifeMs / 2, 0);
  const hard = Math.min(hardMarginMs ?? Math.min(lifeMs * 0.02, 10_000), half);
  const roomy = Math.min(5 * 60_000, half, Math.max(lifeMs * 0.1, hard + 2 * renewalMs));
  const soft = softMarginMs === undefined ? roomy * (1 - share / 4) : Math.min(softMarginMs, half);
  const expiredAgeMs = lifeMs - hard;
  return { expiredAgeMs, expiringAgeMs: Math.min(lifeMs - Math.max(soft, hard), wanted) };
}

/** The least time between two renewals of one scope, unless a rejection named the current token. */
export function renewalFloorMs(lifeMs: number | undefined): number {
  return lifeMs === undefined ? 30_000 : Math.min(30_000, Math.max(lifeMs, 0) / 4);
}
