import { SignInError } from './sign-in-error.ts';

/**
 * A sign-in that waits for the person to come back. Plain JSON, without a Date or a function: `JSON.stringify` keeps all of
 * it, so it can wait in a session, a table or an encrypted cookie, and any process can finish the sign-in.
 *
 * `state`, `codeVerifier`, `nonce` and `dpopKey` are secrets: whoever has them can finish the sign-in in the person's place. Keep it
 * where only this browser reaches it (the session on your server, or a cookie that is encrypted and `HttpOnly`), and find
 * it by that session, never by the `state` of the callback alone: otherwise somebody else's sign-in could be finished in
 * this browser. Delete it as you read it: a sign-in is finished once.
 */
export interface PendingSignIn {
  /** Comes back with the callback. A secret. */
  state: string;
  /** Proves at the token endpoint that the code is ours (RFC 7636). A secret. */
  codeVerifier: string;
  /** Comes back in the ID token, if `openid` is asked for. A secret. */
  nonce?: string | undefined;
  /** The key that the tokens will be bound to, with `dpop: true` (RFC 9449). A secret. */
  dpopKey?: string | undefined;
  /** Where the browser is sent with the answer. */
  redirectUri: string;
  /** The scopes asked for beside those of the provider. */
  scopes?: readonly string[] | undefined;
  /** `id` of the provider. */
  provider: string;
  /** When it ends, in milliseconds since the epoch. */
  expiresAt: number;
}

/**
 * What is kept of a sign-in, if it can be finished here and now.
 * @throws {SignInError} `invalid_pending`, `other_provider`, or `pending_expired`
 */
export function openPending(pending: unknown, provider: string, now: number): PendingSignIn {
  if (pending === undefined || pending === null)
    throw new SignInError({ code: 'invalid_pending', message: NONE });
  if (!isPending(pending)) throw new SignInError({ code: 'invalid_pending', message: STRANGE });
  if (pending.provider !== provider) throw new SignInError({ code: 'other_provider', message: OTHER });
  if (now >= pending.expiresAt) throw new SignInError({ code: 'pending_expired', message: EXPIRED });
  return pending;
}

function isPending(value: unknown): value is PendingSignIn {
  if (typeof value !== 'object' || value === null) return false;
  const { state, codeVerifier, nonce, dpopKey, redirectUri, scopes, provider, expiresAt } =
    value as PendingSignIn;
  const isText = (text: unknown) => typeof text === 'string' && text !== '';
  return (
    [state, codeVerifier, redirectUri, provider].every(isText) &&
    [nonce, dpopKey].every((secret) => secret === undefined || isText(secret)) &&
    (scopes === undefined || (Array.isArray(scopes) && scopes.every(isText))) &&
    Number.isFinite(expiresAt)
  );
}

const NONE =
  '`pending` is missing: no sign-in is under way in this browser. Its cookie was lost, or it is another browser. Begin a new sign-in.';

const STRANGE =
  '`pending` is not what beginSignIn() gave. Keep it whole and hand it over as it was; if it is kept as text, JSON.parse() it first.';

const OTHER =
  '`pending` was made with another provider: another server, client, grant or parameters. Finish the sign-in with the provider that began it.';

const EXPIRED =
  'The sign-in took too long: `pending` has ended. Begin a new sign-in; `timeoutMs` of beginSignIn() says how long a person has. If it was quick, the clocks of your servers differ.';
