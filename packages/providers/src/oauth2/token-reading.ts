import type { RefusalReading } from '../servers/refusals.ts';
import type { ReplyReading } from '../wire/read-reply.ts';

/** How a provider of your own reads replies. */
export interface TokenReading {
  /** The scopes that were asked for: what was not granted is named in `missingScopes`. Default: that is not looked at. */
  scopes?: readonly string[] | undefined;
  /** The refresh token that was presented. Default: none. */
  refreshToken?: string | undefined;
  /** Members that are kept beside the tokens. Default: none. */
  keep?: readonly string[] | undefined;
  /**
   * The key that was passed to `sendTokenRequest()`: it is stored with the tokens, and an access token that the server did not bind to it is
   * refused. Default: they are bound to none.
   */
  dpopKey?: string | undefined;
  /** Finds tokens in odd places. Default: they are where RFC 6749 has them. */
  readReply?: ReplyReading | undefined;
  /** What a refusal means. Default: the usual reading. */
  refusal?: RefusalReading | undefined;
}
