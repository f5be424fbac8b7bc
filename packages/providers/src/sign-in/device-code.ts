import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { requireMembers } from '../options/require-option.ts';
import type { DeviceAuthorization } from '../wire/device-authorization.ts';
import { checkedParameters } from './authorization-options.ts';
import { allowSignal, allowTimeout, called, inTime } from './in-time.ts';
import { reworded } from './reworded.ts';
import { requireSignIn, type SignIn, type SignInProvider } from './sign-in-provider.ts';
import { abortedFirst, signInRequestSignal } from './sign-in-signal.ts';

/*
 * The device grant is ours for Entra as well: msal-node polls without a pause if `interval` is missing, and
 * gives up at the first `slow_down`. Neither can be changed by an option.
 */

/** What to show to the person who signs in. */
export interface DeviceCodePrompt {
  /** What to enter at `verificationUri`. */
  userCode: string;
  /** The page to open, on any device. */
  verificationUri: string;
  /** The same page with the code filled in, for a link or a QR code; not every server sends one. */
  verificationUriComplete?: string | undefined;
  /** When the code ends, in milliseconds since the epoch; after that a new sign-in must be started. */
  expiresAt: number;
  /** One sentence that says all of it: the server's own, or ours in English. */
  message: string;
}

/** Options of `deviceCode()`. */
export interface DeviceCodeOptions {
  /**
   * Shows the code. Polling begins when this returns or resolves, so do not wait for the person here. If it throws, the
   * sign-in ends with a `ConfigurationError` that names it.
   */
  onCode(prompt: DeviceCodePrompt): void | Promise<void>;
  /** More for the device authorization endpoint, for instance `{ audience: 'https://api.example.com' }` at Auth0. */
  parameters?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether a client with a secret or a key authenticates at the device authorization endpoint. `false` for a server that
   * refuses it there; at the token endpoint it authenticates all the same. Default true; at Entra it never does.
   */
  authenticate?: boolean | undefined;
  /** How long to wait for the person, in milliseconds. Default: until the code ends. */
  timeoutMs?: number | undefined;
  /** Aborts the sign-in; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({
  onCode: true,
  parameters: true,
  authenticate: true,
  timeoutMs: true,
  signal: true,
} satisfies Record<keyof DeviceCodeOptions, true>);

/**
 * Signs a person in who opens a page on any device and enters a code there. Hand the result to `signIn()` of the
 * token manager. Between polls it waits as long as the server asks, longer after network trouble, and it ends when
 * the code does.
 * @throws {ConfigurationError} naming what cannot be used: `provider`, an option, an unknown one, or `onCode` if it
 *   throws
 * @throws {TokenEndpointError} `access_denied` when the person declines, `expired_token` when nobody entered the code
 *   before it ended, `timeout` after `timeoutMs`, or another refusal of the server
 * @see https://www.rfc-editor.org/rfc/rfc8628
 */
export async function deviceCode(provider: SignInProvider, options: DeviceCodeOptions): Promise<TokenSet> {
  const signIn = requireSignIn(provider);
  const { onCode, parameters, authenticate, timeoutMs, signal } = checked(options);
  signal?.throwIfAborted();
  const request = { parameters, authenticate };
  const started = await abortedFirst(signal, signIn.startDeviceCode(signInRequestSignal(signal), request));
  const end = endOf(started, timeoutMs);
  const ms = Math.max(end.at - performance.now(), 0);
  await inTime(
    called('onCode', () => onCode(promptOf(started))),
    { ms, error: () => end.error(NOT_SHOWN), signal },
  );
  return poll(signIn, started, end, signal);
}

function checked(options: DeviceCodeOptions): DeviceCodeOptions {
  const given = options ?? {};
  requireMembers('deviceCode()', given, KNOWN, '{ onCode }');
  allowTimeout(given.timeoutMs, 'the life of the code');
  allowSignal(given.signal);
  if (given.parameters !== undefined) checkedParameters(given.parameters);
  if (given.authenticate !== undefined && typeof given.authenticate !== 'boolean') {
    throw new ConfigurationError({
      option: 'authenticate',
      message: '`authenticate` must be true or false. Leave it out to authenticate as at the token endpoint.',
    });
  }
  if (typeof given.onCode === 'function') return given;
  throw new ConfigurationError({
    option: 'onCode',
    message:
      '`onCode` must be a function that shows the code. Pass for instance ({ message }) => console.log(message).',
  });
}

function promptOf(started: DeviceAuthorization): DeviceCodePrompt {
  const { userCode, verificationUri, verificationUriComplete, expiresAt, message } = started;
  return {
    userCode,
    verificationUri,
    ...(verificationUriComplete !== undefined && { verificationUriComplete }),
    expiresAt,
    message: message ?? `To sign in, open ${verificationUri} and enter the code ${userCode}.`,
  };
}

const SLOW_DOWN_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

async function poll(
  signIn: SignIn,
  started: DeviceAuthorization,
  end: End,
  signal: AbortSignal | undefined,
): Promise<TokenSet> {
  let { intervalMs } = started;
  let troubles = 0;
  let trouble: unknown;
  let pauseMs = intervalMs;
  for (;;) {
    const leftMs = Math.max(end.at - performance.now(), 0);
    await sleep(Math.min(pauseMs, leftMs), signal);
    if (pauseMs >= leftMs || performance.now() >= end.at) throw end.error(NOT_ENTERED, trouble);
    try {
      return await signIn.redeemDeviceCode(started.deviceCode, signInRequestSignal(signal));
    } catch (error) {
      signal?.throwIfAborted();
      const answer = meaningOf(error);
      if (answer === 'final') throw error;
      trouble = answer === 'trouble' ? error : undefined;
      troubles = trouble ? troubles + 1 : 0;
      if (answer === 'slow_down') intervalMs += SLOW_DOWN_MS;
      const backedOffMs = Math.min(intervalMs * 2 ** troubles, Math.max(LONGEST_PAUSE_MS, intervalMs));
      pauseMs = Math.max(backedOffMs, (error as TokenEndpointError).retryAfterMs ?? 0);
    }
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc8628#section-3.5 */
function meaningOf(error: unknown): 'pending' | 'slow_down' | 'trouble' | 'final' {
  if (!(error instanceof TokenEndpointError)) return 'final';
  const { code, status = 0 } = error;
  if (code === 'authorization_pending') return 'pending';
  if (code === 'slow_down') return 'slow_down';
  if (code === 'network' || code === 'timeout' || code === 'temporarily_unavailable') return 'trouble';
  return status === 429 || status >= 500 ? 'trouble' : 'final';
}

/** When waiting ends, by the monotonic clock, and what is said then. */
interface End {
  at: number;
  /** @param trouble - what the last request failed with, where no answer came */
  error(why: string, trouble?: unknown): TokenEndpointError;
}

const NOT_ENTERED = 'Nobody entered the code';
const NOT_SHOWN = '`onCode`, which is to show the code and not to wait for the person, did not return';

function endOf({ expiresAt }: DeviceAuthorization, timeoutMs = Number.POSITIVE_INFINITY): End {
  const lifeMs = expiresAt - Date.now();
  const isOurs = timeoutMs < lifeMs;
  return {
    at: performance.now() + Math.min(timeoutMs, lifeMs),
    error(why, trouble) {
      const description = `${why} ${isOurs ? 'within `timeoutMs`' : 'before it expired'}`;
      const failed = trouble instanceof TokenEndpointError ? ` At the end: ${trouble.message}` : '';
      const message = `${description}. Start the sign-in again.${failed}`;
      const code = isOurs
        ? ({ code: 'timeout', sent: false } as const)
        : ({ code: 'expired_token' } as const);
      return reworded(new TokenEndpointError({ ...code, description, cause: trouble }), message);
    },
  };
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
