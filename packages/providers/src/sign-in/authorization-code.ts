import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';
import { requireMembers, requireObject } from '../options/require-option.ts';
import { allowSignal, allowTimeout, called, inTime } from './in-time.ts';
import { loopbackListener } from './loopback-listener.ts';
import { requireSignIn, type SignInProvider } from './sign-in-provider.ts';
import { signInRequestSignal } from './sign-in-signal.ts';

/** Options of `authorizationCode()`. */
export interface AuthorizationCodeOptions {
  /**
   * Opens the address in the person's browser, or shows it. If it throws, the sign-in ends with a `ConfigurationError` that names
   * it. It need not return: the answer is waited for meanwhile.
   */
  onUrl(url: URL): void | Promise<void>;
  /** Port of the redirect address on this machine. Default: any free one; RFC 8252 obliges servers to accept that. */
  port?: number | undefined;
  /** Path of the redirect address, as it is registered. Default `/`. */
  path?: string | undefined;
  /** More for the authorization endpoint, for instance `{ prompt: 'consent', access_type: 'offline' }`. */
  parameters?: Readonly<Record<string, string>> | undefined;
  /** How long to wait for the person, in milliseconds. Default 5 minutes. */
  timeoutMs?: number | undefined;
  /** Aborts the sign-in; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

const KNOWN = Object.keys({
  onUrl: true,
  port: true,
  path: true,
  parameters: true,
  timeoutMs: true,
  signal: true,
} satisfies Record<keyof AuthorizationCodeOptions, true>);

const DEFAULT_TIMEOUT_MS = 5 * 60_000;

/**
 * Signs a person in through a browser on this machine: authorization code with PKCE, state, and a redirect to a
 * listener on 127.0.0.1 that takes one answer and closes. Hand the result to `signIn()` of the token manager.
 * @throws {ConfigurationError} naming what cannot be used: `provider`, an option, `port` if it is taken, or `onUrl` if
 *   it throws
 * @throws {TokenEndpointError} the server's refusal (`access_denied` when the person declines), or `timeout` when
 *   nobody signed in in time
 * @see https://www.rfc-editor.org/rfc/rfc8252 @see https://www.rfc-editor.org/rfc/rfc7636
 */
export async function authorizationCode(
  provider: SignInProvider,
  options: AuthorizationCodeOptions,
): Promise<TokenSet> {
  const signIn = requireSignIn(provider);
  const { onUrl, port, path, timeoutMs, parameters, signal } = checked(options);
  signal?.throwIfAborted();
  const state = generateRandomState();
  const codeVerifier = generateRandomCodeVerifier();
  const codeChallenge = await calculatePKCECodeChallenge(codeVerifier);
  const listener = await loopbackListener({ port, path, state });
  try {
    const redirectUri = `http://${signIn.loopbackHost}:${listener.port}${path === '/' ? '' : path}`;
    const request = { redirectUri, state, codeChallenge, parameters };
    const url = await signIn.authorizationUrl(request, signInRequestSignal(signal));
    // The person may be done before the callback is.
    const shown = called('onUrl', () => onUrl(url)).then(() => listener.answer);
    const work = Promise.race([listener.answer, shown]);
    const answer = await inTime(work, { ms: timeoutMs, error: nobodyCame, signal });
    const issuer = answer.get('iss') ?? undefined;
    const redeemed = { code: codeOf(answer), redirectUri, codeVerifier, issuer };
    return await signIn.redeemCode(redeemed, signInRequestSignal(signal));
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
  const { onUrl, port = 0, path = '/', timeoutMs = DEFAULT_TIMEOUT_MS, parameters, signal } = given;
  if (typeof onUrl !== 'function') {
    throw new ConfigurationError({
      option: 'onUrl',
      message:
        '`onUrl` must be a function that opens or shows the address. Pass for instance (url) => console.log(url.href).',
    });
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigurationError({
      option: 'port',
      message: '`port` must be a whole number from 0 to 65535. Leave it out for any free one.',
    });
  }
  if (typeof path !== 'string' || !/^\/[A-Za-z0-9._~/-]*$/.test(path)) {
    throw new ConfigurationError({
      option: 'path',
      message:
        "`path` must be a path that begins with a slash, for instance '/callback'. Leave it out for '/'.",
    });
  }
  allowTimeout(timeoutMs, '5 minutes');
  allowSignal(signal);
  if (parameters !== undefined) checkParameters(parameters);
  return { onUrl, port, path, timeoutMs, parameters, signal };
}

const nobodyCame = () =>
  new TokenEndpointError({
    code: 'timeout',
    sent: false,
    description: 'nobody finished the sign-in in time; start it again',
  });

function checkParameters(parameters: unknown): void {
  requireObject('parameters', parameters, "{ prompt: 'consent' }");
  if (Object.values(parameters as object).every((value) => typeof value === 'string')) return;
  throw new ConfigurationError({
    option: 'parameters',
    message: "`parameters` must hold strings alone. Write for instance { prompt: 'consent' }.",
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 */
function codeOf(answer: URLSearchParams): string {
  const error = answer.get('error');
  const description = answer.get('error_description') ?? undefined;
  if (error) throw new TokenEndpointError({ code: error, sent: false, ...(description && { description }) });
  const [code, second] = answer.getAll('code');
  if (code && second === undefined) return code;
  throw new TokenEndpointError({
    code: 'invalid_response',
    sent: false,
    description: 'the answer contains no code',
  });
}
