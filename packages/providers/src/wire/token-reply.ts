import type { TokenUser } from '@everbearer/core/contract';
import type { JsonObject } from './json-object.ts';

/** What came back from a token endpoint, not judged yet. */
export interface TokenReply {
  /** The HTTP status. */
  readonly status: number;
  /** Its headers. */
  readonly headers: Headers;
  /** What the body is: JSON of any kind, the members of a form, or else its text. */
  readonly content: unknown;
  /** The members of the body; undefined if it was neither a JSON object nor a form. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** What `Retry-After` asked for, in milliseconds from then. */
  readonly retryAfterMs: number | undefined;
  /** What the request carried and no message may quote. */
  readonly secrets: readonly string[];
  /** The request proved the possession of a key (DPoP). Default false. */
  readonly isProved?: boolean | undefined;
}

/** An error in the words of the RFCs, by which core decides. */
export interface RefusalWords {
  code: string;
  /** What the server itself calls it, if that is something else; kept in the description. */
  serverCode?: string | undefined;
  /** The server's own sentence about it. */
  sentence?: string | undefined;
  /** With `invalid_grant`: the refresh token may work again. */
  passes?: boolean | undefined;
}

/** Where servers differ. */
export interface ReplyRules {
  /** What a reply without tokens means in the words of the RFCs; undefined if it says nothing. */
  wordsOf(reply: Pick<TokenReply, 'status' | 'content' | 'headers'>): RefusalWords | undefined;
  /** The user can say how replies are read: by `refusal` and `readReply`. Default false. */
  hasReadings?: boolean;
  /** Whose tokens they are, as far as the reply says. */
  userOf(body: JsonObject): TokenUser | undefined;
}

/** A string that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
