import type { Login, Tokens } from './peer.ts';
import { readTokens, writeTokens } from './token-file.ts';

/** How long before its end a token counts as expired. */
export const LEEWAY_MS = 5_000;

/** Redeems a refresh token at the token endpoint. */
export type Refresh = (login: Login, refreshToken: string) => Promise<Tokens>;

/**
 * What a careful program writes around a client that leaves this to it: one renewal at a time, a little before the end; after a
 * 401 only if the rejected token is still the one in hand; the newest refresh token kept; what another process has written used.
 */
export function handWrittenTokens(login: Login, first: Tokens, refresh: Refresh) {
  let tokens = first;
  let renewal: Promise<Tokens> | undefined;
  async function renew(): Promise<Tokens> {
    const stored = await readTokens(login);
    const isNewer = login.file !== undefined && stored.accessToken !== tokens.accessToken;
    tokens = isNewer ? stored : await refresh(login, tokens.refreshToken);
    if (!isNewer) await writeTokens(login, tokens);
    return tokens;
  }
  return {
    /** @param rejected - the token that was answered 401 */
    async token(rejected?: string): Promise<string> {
      const isDue = rejected === tokens.accessToken || tokens.expiresAt - LEEWAY_MS < Date.now();
      if (!isDue) return tokens.accessToken;
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
      return (await renewal).accessToken;
    },
  };
}

/** A reply of the token endpoint; without a new refresh token the old one stays. */
export interface RefreshReply {
  access_token: string;
  refresh_token?: string;
  expires_in?: number;
}

export function tokensOf(reply: RefreshReply, refreshToken: string): Tokens {
  return {
    accessToken: reply.access_token,
    refreshToken: reply.refresh_token ?? refreshToken,
    expiresAt: Date.now() + (reply.expires_in ?? 3_600) * 1_000,
  };
}
