import { ConfigurationError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { loopbackListener } from '#loopback-listener';
import { requireMembers } from '../options/require-option.ts';
import { errorWithoutState } from './authorization-answer.ts';
import { authorizationWish, type SignInDemand } from './authorization-options.ts';
import { beginSignIn } from './begin-sign-in.ts';
import { redeemAnswer } from './finish-sign-in.ts';
import { allowSignal, allowTimeout, called, inTime } from './in-time.ts';
import { loopbackAddress, registrationAdvice, withPort } from './loopback-address.ts';
import { SignInError } from './sign-in-error.ts';
import { requireSignIn, type SignInProvider } from './sign-in-provider.ts';

/** Options of `authorizationCode()`. */
export interface AuthorizationCodeOptions {
  /**
   * Opens the address in the person's browser, or shows it. If it throws, the sign-in ends with a `ConfigurationError` that names
   * it. It need not return: the answer is waited for meanwhile. Open it soon: a server that wants requests pushed (RFC 9126) takes
   * it for a minute or so.
   */
  onUrl(url: URL): void | Promise<void>;
  /**
   * The redirect address on this machine, letter for letter as it is registered at the server: `http://127.0.0.1:8400/callback`,
   * `http://localhost`, `http://[::1]:8400/`. Without a port any free one is added, which RFC 8252 obliges servers to accept.
   * Default: `http://127.0.0.1`, at Entra `http://localhost`.
   */
  redirectUri?: string | undefined;
  /**
   * More for the authorization endpoint, for instance `{ prompt: 'consent', access_type: 'offline' }`. See `beginSignIn()` for
   * `prompt`.
   */
  parameters?: Readonly<Record<string, string>> | undefined;
  /** What an API asked for: the event `step_up_required` as it is. See `beginSignIn()`. */
  stepUp?: SignInDemand | undefined;
  /** How long to wait for the person, in milliseconds. Default 5 minutes. */
  timeoutMs?: number | undefined;
  /** Aborts the sign-in; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({
  onUrl: true,
  redirectUri: true,
  parameters: true,
  stepUp: true,
  timeoutMs: true,
  signal: true,
} satisfies Record<keyof AuthorizationCodeOptions, true>);

const DEFAULT_TIMEOUT_MS = 5 * 60_000;

/**
 * Signs a person in through a browser on this machine: authorization code with PKCE, state, nonce, and a redirect to a
 * listener on loopback that takes one answer and closes. Hand the result to `signIn()` of the token manager.
 * @throws {ConfigurationError} naming what cannot be used: `provider`, an option, `redirectUri` if its port is taken, or
 *   `onUrl` if it throws
 * @throws {SignInError} what the browser brought back (`access_denied` when the person declines), or `timeout` when nobody
 *   signed in in time; it names the redirect address to register
 * @throws {TokenEndpointError} when the code could not be redeemed
 * @see https://www.rfc-editor.org/rfc/rfc8252 @see https://www.rfc-editor.org/rfc/rfc7636
 */
export async function authorizationCode(
  provider: SignInProvider,
  options: AuthorizationCodeOptions,
): Promise<TokenSet> {
  const signIn = requireSignIn(provider);
  const { onUrl, redirectUri, timeoutMs, parameters, stepUp, signal } = checked(options);
  signal?.throwIfAborted();
  const address = loopbackAddress(redirectUri ?? `http://${signIn.loopbackHost}`);
  const listener = await loopbackListener(address);
  try {
    const sent = withPort(address, listener.port);
    const begun = await beginSignIn(provider, { redirectUri: sent, parameters, stepUp, signal });
    const answered = listener.answer(begun.pending.state);
    // The person may be done before the callback is.
    const shown = called('onUrl', () => onUrl(begun.url)).then(() => answered);
    const nobodyCame = () => noAnswer(sent, registrationAdvice(address, sent), listener.stray);
    const work = Promise.race([answered, shown]);
    const answer = await inTime(work, { ms: timeoutMs, error: nobodyCame, signal });
    return await redeemAnswer(signIn, answer, begun.pending, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    listener.close();
  }
}

function checked(options: AuthorizationCodeOptions) {
  const given = options ?? {};
  requireMembers('authorizationCode()', given, KNOWN, '{ onUrl }');
  const { onUrl, redirectUri, timeoutMs = DEFAULT_TIMEOUT_MS, parameters, stepUp, signal } = given;
  if (typeof onUrl !== 'function') {
    throw new ConfigurationError({
      option: 'onUrl',
      message:
        '`onUrl` must be a function that opens or shows the address. Pass for instance (url) => console.log(url.href).',
    });
  }
  authorizationWish({ parameters, stepUp });
  refuseResponseMode(parameters);
  allowTimeout(timeoutMs, '5 minutes');
  allowSignal(signal);
  return { onUrl, redirectUri, timeoutMs, parameters, stepUp, signal };
}

/** The listener reads the query alone, and would wait for it in vain. */
function refuseResponseMode(parameters: AuthorizationCodeOptions['parameters']): void {
  if ((parameters?.['response_mode'] || 'query') === 'query') return;
  throw new ConfigurationError({
    option: 'parameters',
    message:
      '`parameters` must leave out `response_mode`: authorizationCode() reads the answer from the query, where servers put it by themselves.',
  });
}

function noAnswer(sent: string, advice: string, stray: URLSearchParams | undefined): SignInError {
  if (stray) {
    const message = `What came back to ${sent} did not carry the \`state\` of this sign-in, and was not taken. Begin a new sign-in.${errorWithoutState(stray)}`;
    return new SignInError({ code: 'timeout', message });
  }
  return new SignInError({
    code: 'timeout',
    message: `Nobody came back to ${sent} in time. Begin a new sign-in. ${advice}`,
  });
}
