import { TokenEndpointError } from '@everbearer/core';
import {
  type ProviderContext,
  STRICT_PROFILE,
  type TokenProvider,
  type TokenSet,
} from '@everbearer/core/contract';

/** An authorization server in memory: single-use refresh tokens, a second use after the grace ends the family. */
export interface StrictServer {
  readonly provider: TokenProvider;
  readonly counts: { refreshes: number; reuses: number; requests: number; atOnce: number };
  /** Tokens of a new sign-in. */
  signIn(): TokenSet;
  isGood(token: string): boolean;
  revokeAccessTokens(): void;
  /** Thrown by the next requests, one each; a function may also run first. */
  trouble: ((context: ProviderContext) => Promise<unknown> | unknown)[];
}

export interface StrictServerOptions {
  lifeMs?: number | undefined;
  now?: () => number;
  latency?: () => Promise<void>;
  /** Lost after the server has processed the request. */
  losesReply?: () => boolean;
  /** How long a spent refresh token may come again, and brings a sibling. Default 0. */
  graceMs?: number;
  profile?: Partial<TokenProvider['profile']>;
  scopes?: readonly string[];
}

export function strictServer(options: StrictServerOptions = {}): StrictServer {
  const { now = Date.now, latency = async () => undefined, losesReply = () => false, graceMs = 0 } = options;
  const lifeMs = 'lifeMs' in options ? options.lifeMs : 3_600_000;
  const current = new Map<string, string>();
  const familyOf = new Map<string, string>();
  const spentAt = new Map<string, number>();
  const good = new Set<string>();
  const counts = { refreshes: 0, reuses: 0, requests: 0, atOnce: 0 };
  const trouble: StrictServer['trouble'] = [];
  let serial = 0;
  let running = 0;

  function issue(family: string): TokenSet {
    const refreshToken = `rt-${++serial}`;
    const accessToken = `at-${serial}`;
    familyOf.set(refreshToken, family);
    current.set(family, refreshToken);
    good.add(accessToken);
    return {
      accessToken,
      refreshToken,
      tokenType: 'Bearer',
      ...(lifeMs === undefined ? {} : { expiresAt: now() + lifeMs }),
    };
  }

  async function refresh(refreshToken: string, context: ProviderContext): Promise<TokenSet> {
    counts.requests++;
    counts.atOnce = Math.max(counts.atOnce, ++running);
    try {
      await latency();
      const thrown = await trouble.shift()?.(context);
      if (thrown) throw thrown;
      const family = familyOf.get(refreshToken);
      if (family === undefined || !current.has(family))
        throw new TokenEndpointError({ code: 'invalid_grant', status: 400 });
      const forgiven = now() - (spentAt.get(refreshToken) ?? Number.NEGATIVE_INFINITY) < graceMs;
      if (current.get(family) !== refreshToken && !forgiven) {
        counts.reuses++;
        current.delete(family);
        throw new TokenEndpointError({ code: 'invalid_grant', status: 400 });
      }
      counts.refreshes++;
      if (!spentAt.has(refreshToken)) spentAt.set(refreshToken, now());
      const tokens = issue(family);
      if (losesReply()) throw new TokenEndpointError({ code: 'network' });
      return tokens;
    } finally {
      running--;
    }
  }

  return {
    counts,
    trouble,
    signIn: () => issue(`family-${++serial}`),
    isGood: (token) => good.has(token),
    revokeAccessTokens: () => good.clear(),
    provider: {
      id: 'https://as.example client',
      profile: { ...STRICT_PROFILE, rotates: true, graceMs, ...options.profile },
      scopes: options.scopes ?? ['read'],
      refresh: ({ refreshToken }, context) => refresh(refreshToken, context),
    },
  };
}
