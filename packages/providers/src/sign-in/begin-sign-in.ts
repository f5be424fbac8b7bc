import { ConfigurationError } from '@everbearer/core';
import { isLoopback } from '@everbearer/core/contract';
import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';
import { requireMembers, requireText } from '../options/require-option.ts';
import { authorizationWish, type SignInDemand } from './authorization-options.ts';
import { allowSignal, allowTimeout } from './in-time.ts';
import type { PendingSignIn } from './pending-sign-in.ts';
import { requireSignIn, type SignInProvider } from './sign-in-provider.ts';
import { abortedFirst, signInRequestSignal } from './sign-in-signal.ts';

/** Options of `beginSignIn()`. */
export interface BeginSignInOptions {
  /**
   * Where the browser is sent with the answer: exactly as it is registered at the server, letter for letter. `https:`, `http:`
   * on loopback, or the scheme of an app of your own (RFC 8252 section 7.1).
   */
  redirectUri: string;
  /**
   * More for the authorization endpoint, for instance `{ login_hint: 'ada@example.com' }`, or at Google
   * `{ prompt: 'consent', access_type: 'offline' }` for a refresh token. With the scope `offline_access`, `oauth2()` asks for
   * `prompt=consent`, since servers leave the refresh token out without it. One that is empty is left out: `{ prompt: '' }`.
   */
  parameters?: Readonly<Record<string, string>> | undefined;
  /**
   * What an API asked for: the event `step_up_required` as it is, or what `bearerChallenge(response)` returned. Its scopes are
   * asked for beside those of the provider, `acrValues` and `maxAge` as RFC 9470 says, `claims` as OpenID Connect does.
   */
  stepUp?: SignInDemand | undefined;
  /** How long the person has, in milliseconds. Default 10 minutes. */
  timeoutMs?: number | undefined;
  /** Ends what is asked of the server (its metadata, a pushed request); `beginSignIn()` then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A sign-in that has begun. */
export interface BegunSignIn {
  /**
   * Where to send the browser: `response.redirect(url.href)`. It may hold `state` and `nonce`, so keep it out of logs. Send it at once: a
   * server that wants requests pushed (RFC 9126) takes it for a minute or so.
   */
  url: URL;
  /** What `finishSignIn()` needs. It holds secrets: see {@link PendingSignIn} for where to keep it. */
  pending: PendingSignIn;
}

const KNOWN = /* @__PURE__ */ Object.keys({
  redirectUri: true,
  parameters: true,
  stepUp: true,
  timeoutMs: true,
  signal: true,
} satisfies Record<keyof BeginSignInOptions, true>);

const DEFAULT_TIMEOUT_MS = 10 * 60_000;

/**
 * Begins a sign-in in a browser, for a web application: authorization code with PKCE (S256), state, and a nonce where
 * `openid` is asked for. Keep `pending` in the session of this browser, send the browser to `url`, and when it comes back to
 * `redirectUri` give both to `finishSignIn()`. Nothing is kept in this process. Where the server wants the request itself
 * (RFC 9126), it gets it here, and `url` is short.
 * @throws {ConfigurationError} naming what cannot be used: `provider`, an option, or the endpoint that nobody named
 * @throws {TokenEndpointError} when the metadata of the server could not be read, or the server refused the request
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1 @see https://www.rfc-editor.org/rfc/rfc7636
 */
export async function beginSignIn(
  provider: SignInProvider,
  options: BeginSignInOptions,
): Promise<BegunSignIn> {
  const signIn = requireSignIn(provider);
  const given = options ?? {};
  requireMembers('beginSignIn()', given, KNOWN, '{ redirectUri }');
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = given;
  const redirectUri = requireRedirectUri(given.redirectUri);
  const { scopes, parameters } = authorizationWish(given);
  allowTimeout(timeoutMs, '10 minutes');
  allowSignal(signal);
  signal?.throwIfAborted();
  const [state, nonce, codeVerifier] = [
    generateRandomState(),
    generateRandomState(),
    generateRandomCodeVerifier(),
  ];
  const codeChallenge = await calculatePKCECodeChallenge(codeVerifier);
  const dpopKey = await signIn.newDpopKey?.();
  const request = { redirectUri, state, nonce, codeChallenge, dpopKey, scopes, parameters };
  const whole = await abortedFirst(signal, signIn.authorizationUrl(request, signInRequestSignal(signal)));
  const pushed = signIn.push?.(whole, signInRequestSignal(signal), dpopKey);
  const url = pushed === undefined ? whole : await abortedFirst(signal, pushed);
  const pending = {
    state,
    codeVerifier,
    // Without `openid` there is no ID token that could bring it back.
    ...(whole.searchParams.get('nonce') === nonce && { nonce }),
    ...(dpopKey !== undefined && { dpopKey }),
    redirectUri,
    ...(scopes.length > 0 && { scopes }),
    provider: provider.id,
    expiresAt: Date.now() + timeoutMs,
  };
  return { url, pending };
}

function requireRedirectUri(value: unknown): string {
  const remedy =
    "Write it exactly as it is registered at the server, for instance 'https://app.example.com/callback'.";
  const text = requireText('redirectUri', value, remedy);
  const fault = redirectFault(text);
  if (fault === undefined) return text;
  throw new ConfigurationError({ option: 'redirectUri', message: `\`redirectUri\` ${fault}. ${remedy}` });
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2 */
function redirectFault(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return 'is not an absolute URL';
  if (/\s/.test(text)) return 'contains a blank';
  if (text.includes('#')) return 'contains a fragment';
  if (url.username || url.password) return 'contains a user name or a password';
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return 'must be an https address; http is for loopback only';
  // An app's own scheme is a domain name turned round, so it has a dot; `javascript:` and `data:` have none.
  return /^https?:$|\./.test(url.protocol) ? undefined : 'has a scheme that no browser comes back with';
}
