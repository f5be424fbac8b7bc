import type { Policy } from './model-state.ts';

/** One sign-in as the authorization server sees it. */
export interface Session {
  alive: boolean;
  /** How many refresh tokens were issued; the newest is `current`. */
  issued: number;
  current: string;
  /** The refresh tokens that were redeemed, one bit each. */
  spent: number;
  /** Access tokens up to this one have expired. */
  expired: number;
  /** Replies that reached a client: the clock by which siblings compare. */
  received: number;
  /** Why a refresh token of this session may be redeemed twice, and the session be lost: bits of `EXCUSE`. */
  excuse: number;
  /** A sign-out that asked for revocation is stored. */
  signedOut: boolean;
}

export const EXCUSE = {
  /** A crash in flight, a lost reply, or a lapse of the lease under a live holder. */
  inFlight: 1,
  /** The store lost what superseded it, and nobody who held that could have known. */
  loss: 2,
  /** A request that arrived after its sender gave it up. */
  stray: 4,
  /** The seed was spent before, or the record removed by hand and the seed imported again. */
  seed: 8,
} as const;

/** What a refresh token says of its place: session, number, number of its parent, depth of the lineage. */
export interface TokenPlace {
  /** Tells it from every other. */
  id: number;
  session: number;
  n: number;
  parent: number;
  depth: number;
}

const places = new Map<string, TokenPlace>();

export function refreshTokenAt({ session, n, parent, depth }: Omit<TokenPlace, 'id'>): string {
  const text = `rt-${session}-${n}-${parent}-${depth}`;
  if (!places.has(text)) places.set(text, { id: places.size + 1, session, n, parent, depth });
  return text;
}

export function placeOf(refreshToken: string): TokenPlace {
  const place = places.get(refreshToken);
  if (!place) throw new Error(`no such refresh token: ${refreshToken}`);
  return place;
}

/** The access token that comes with a refresh token. */
export const accessTokenOf = (refreshToken: string): string => `at-${refreshToken.slice(3)}`;

export const placeOfAccess = (accessToken: string): TokenPlace => placeOf(`rt-${accessToken.slice(3)}`);

export function newSession(session: number, alive = true): Session {
  const current = refreshTokenAt({ session, n: 0, parent: -1, depth: 0 });
  return { alive, issued: 1, current, spent: 0, expired: -1, received: 0, excuse: 0, signedOut: false };
}

/** Whether a redemption now would succeed. */
export function accepts(policy: Policy, session: Session | undefined, refreshToken: string): boolean {
  if (!session?.alive) return false;
  if (refreshToken === session.current) return true;
  if (policy !== 'grace') return false;
  const place = placeOf(refreshToken);
  const newest = placeOf(session.current);
  const isSibling = place.depth === newest.depth && place.parent === newest.parent;
  return place.n === newest.parent || isSibling;
}

export const isSpent = (session: Session | undefined, refreshToken: string): boolean =>
  session !== undefined && (session.spent & (1 << placeOf(refreshToken).n)) !== 0;

/** One redemption: the session afterwards, and the refresh token issued, if any. */
export function redeem(
  policy: Policy,
  session: Session,
  refreshToken: string,
): { session: Session; issued: string | undefined } {
  if (!accepts(policy, session, refreshToken)) {
    const reused = policy !== 'refuses' && isSpent(session, refreshToken);
    return { session: reused ? { ...session, alive: false } : session, issued: undefined };
  }
  const { session: s, n, depth } = placeOf(refreshToken);
  const issued = refreshTokenAt({ session: s, n: session.issued, parent: n, depth: depth + 1 });
  const after = {
    ...session,
    issued: session.issued + 1,
    current: issued,
    spent: session.spent | (1 << n),
  };
  return { session: after, issued };
}

/** Revocation ends the session of a token that is still good; of any other it says yes and does nothing. */
export function revoke(policy: Policy, session: Session, refreshToken: string): Session {
  return accepts(policy, session, refreshToken) ? { ...session, alive: false } : session;
}
