import { TokenEndpointError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { requireMembers } from '../options/require-option.ts';
import { idTokenClaims } from '../wire/id-token.ts';
import { answerOf, codeAnswer, type SignInCallback } from './authorization-answer.ts';
import { finishOnce } from './finished-sign-ins.ts';
import { allowSignal } from './in-time.ts';
import { openPending, type PendingSignIn } from './pending-sign-in.ts';
import { SignInError } from './sign-in-error.ts';
import { requireSignIn, type SignIn, type SignInProvider } from './sign-in-provider.ts';
import { abortedFirst, signInRequestSignal } from './sign-in-signal.ts';

/** Options of `finishSignIn()`. */
export interface FinishSignInOptions {
  /** Ends the request to the token endpoint; `finishSignIn()` then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({ signal: true } satisfies Record<keyof FinishSignInOptions, true>);

/**
 * Finishes what `beginSignIn()` began, here or in another process. Hand the result to `signIn()` of a token manager; its
 * `user` says who signed in. State and issuer, and nonce, issuer and audience of the ID token are checked here, and the code is redeemed with the PKCE verifier.
 *
 * The issuer is checked where the provider knows it: give `issuer` to `oauth2()`. The ID token comes from the token endpoint
 * itself, so its signature is not checked (OpenID Connect Core section 3.1.3.7).
 * @param callback - the address that the browser asked for, with its query, also without the origin as `request.url` has it in
 *   Node; a Request, of which a form is read too; or query or form alone. Only what the server answered counts, so it does not
 *   matter what a proxy made of host and path
 * @param pending - what `beginSignIn()` gave, kept in the session of this browser; undefined if there is none, which is an
 *   error that says so. Finish it once: this process refuses a second time, and the server refuses the code
 * @throws {SignInError} `access_denied` when the person declines, or another refusal that the callback brought; everything
 *   that is wrong with the callback or with `pending`: see its codes. Begin a new sign-in then
 * @throws {TokenEndpointError} when the code could not be redeemed
 * @throws {ConfigurationError} `provider`, or an unknown option
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 @see https://www.rfc-editor.org/rfc/rfc9207
 */
export async function finishSignIn(
  provider: SignInProvider,
  callback: SignInCallback,
  pending: PendingSignIn | undefined,
  options: FinishSignInOptions = {},
): Promise<TokenSet> {
  const signIn = requireSignIn(provider);
  requireMembers('finishSignIn()', options, KNOWN, '{ signal }');
  const { signal } = options;
  allowSignal(signal);
  signal?.throwIfAborted();
  const opened = openPending(pending, provider.id, Date.now());
  const answer = await answerOf(callback, opened.redirectUri);
  return redeemAnswer(signIn, answer, opened, signal);
}

/** Exchanges the answer to a pending sign-in for tokens. */
export async function redeemAnswer(
  signIn: SignIn,
  answer: URLSearchParams,
  pending: PendingSignIn,
  signal: AbortSignal | undefined,
): Promise<TokenSet> {
  const { state, codeVerifier, nonce, dpopKey, redirectUri, scopes, expiresAt } = pending;
  const { code, issuer } = codeAnswer(answer, { state, secrets: [state, codeVerifier, nonce, dpopKey] });
  const takeBack = finishOnce(state, expiresAt, Date.now());
  const redeemed = { code, redirectUri, codeVerifier, issuer, dpopKey, scopes };
  try {
    const tokens = await abortedFirst(signal, signIn.redeemCode(redeemed, signInRequestSignal(signal)));
    checkNonce(tokens, nonce);
    return tokens;
  } catch (error) {
    if (error instanceof TokenEndpointError && !error.sent) takeBack();
    throw error;
  }
}

/** @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation */
function checkNonce({ idToken }: TokenSet, nonce: string | undefined): void {
  if (nonce === undefined || idToken === undefined || idTokenClaims(idToken)?.['nonce'] === nonce) return;
  throw new SignInError({
    code: 'nonce_mismatch',
    message:
      'The ID token was issued for another sign-in: its `nonce` is not that of `pending`. The tokens were thrown away. Begin a new sign-in.',
  });
}
