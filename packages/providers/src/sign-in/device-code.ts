import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import {
  type DeviceAuthorization,
  requireSignIn,
  type SignIn,
  type SignInProvider,
  signInRequestSignal,
} from './sign-in-provider.ts';

/*
 * The device grant is ours for Entra as well: msal-node polls without a pause where `interval` is missing and
 * gives up at the first `slow_down`, and neither can be told otherwise.
 */

/** What to show to the person who signs in. */
export interface DeviceCodePrompt {
  /** To be entered at `verificationUri`. */
  userCode: string;
  verificationUri: string;
  /** With the code in it already, for a link or a QR code; not every server sends one. */
  verificationUriComplete?: string;
  /** Milliseconds since the epoch; after that a new code is needed. */
  expiresAt: number;
  /** One sentence that says all of it: the server's own, or ours in English. */
  message: string;
}

export interface DeviceCodeOptions {
  /** Shows the code. Return at once: polling begins when this returns. What it throws ends the sign-in. */
  onCode(prompt: DeviceCodePrompt): void | Promise<void>;
  /** Gives the sign-in up; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Signs a person in who opens a page on any device and enters a code there. Hand the result to `signIn()` of the
 * token manager. Waits as the server asks, longer after network trouble, and no longer than the code lives.
 * @throws {ConfigurationError} when `provider` or `onCode` cannot serve
 * @throws {TokenEndpointError} `access_denied` when the person declines, `expired_token` when nobody came in time,
 *   or what else the server refuses
 * @see https://www.rfc-editor.org/rfc/rfc8628
 */
export async function deviceCode(provider: SignInProvider, options: DeviceCodeOptions): Promise<TokenSet> {
  const signIn = requireSignIn(provider);
  const { onCode, signal } = options ?? {};
  if (typeof onCode !== 'function') {
    throw new ConfigurationError({
      option: 'onCode',
      message:
        '`onCode` must be a function that shows the code. Pass for instance ({ message }) => console.log(message).',
    });
  }
  signal?.throwIfAborted();
  const started = await abortedFirst(signal, signIn.startDeviceCode(signInRequestSignal(signal)));
  const endsAt = performance.now() + started.expiresAt - Date.now();
  await onCode(promptOf(started));
  return poll(signIn, started, endsAt, signal);
}

function promptOf({
  userCode,
  verificationUri,
  verificationUriComplete,
  expiresAt,
  message,
}: DeviceAuthorization) {
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
  endsAt: number,
  signal: AbortSignal | undefined,
): Promise<TokenSet> {
  let { intervalMs } = started;
  let troubles = 0;
  let pauseMs = intervalMs;
  for (;;) {
    await sleep(Math.min(pauseMs, Math.max(endsAt - performance.now(), 0)), signal);
    if (performance.now() >= endsAt) throw nobodyCame();
    try {
      return await abortedFirst(
        signal,
        signIn.redeemDeviceCode(started.deviceCode, signInRequestSignal(signal)),
      );
    } catch (error) {
      signal?.throwIfAborted();
      const answer = meaningOf(error);
      if (answer === 'final') throw error;
      troubles = answer === 'trouble' ? troubles + 1 : 0;
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

const nobodyCame = () =>
  new TokenEndpointError({
    code: 'expired_token',
    description: 'nobody entered the code before it expired; start the sign-in again',
  });

/** A request that ends because the sign-in was aborted rejects with the reason of that. */
async function abortedFirst<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
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
