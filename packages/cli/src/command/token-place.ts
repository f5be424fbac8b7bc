import type { AccessToken, TokenAsk } from '@everbearer/core';

/** Where the token comes from. */
export interface TokenPlace {
  getToken(ask?: TokenAsk): Promise<AccessToken>;
  /** Whose tokens these are, as the server said. */
  username(): Promise<string | undefined>;
  /** Where they may go. */
  origins: readonly string[];
}
