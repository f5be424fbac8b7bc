import type { Clock } from '../clock.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import type { AuthEventListener, TokenFingerprint } from '../events.ts';
import type { Seed } from './openable-seed.ts';

/** What {@link createTokenManager} needs, and what it can be told besides. */
export interface TokenManagerOptions {
  /** How tokens are obtained: `microsoft(…)`, `oauth2(…)`, or a provider of your own. */
  provider: TokenProvider;
  /**
   * Where the tokens are kept. A {@link Seed} in its place means: nothing is written, and what renewals bring lives in
   * this process. That is refused where the provider's old refresh tokens die, unless `acceptLostRotations` is set.
   */
  backend: TokenBackend | Seed;
  /**
   * A credential to begin with, from an environment variable or a mounted secret: `seedFrom(envBackend(…))`. It is
   * imported once; a changed seed counts as a new sign-in. Default: none.
   */
  seed?: Seed | undefined;
  /** Whose tokens these are, in your words: 1 to 1024 characters, part of the key. Default `default`. */
  account?: string | undefined;
  /**
   * Accept a backend that cannot keep a rotated refresh token safe: rotations may then be lost, and with them
   * the session. Default false: such a pair of provider and backend is refused.
   */
  acceptLostRotations?: boolean | undefined;
  /** Durations to change. Default: those that {@link TimingOptions} names. */
  timing?: TimingOptions | undefined;
  /**
   * What becomes of work behind a call: renewals that begin while the token in hand is still good, and whatever else goes
   * on when no caller waits for it. Default: it goes on beside the program, and where old refresh tokens die, the first
   * call of a process begins no renewal behind itself. `false`: no renewal begins behind a call; a token is renewed when
   * a caller needs a new one. A function is handed all of it as promises that never reject, for platforms that freeze a
   * program once it has answered: `(work) => context.waitUntil(work)`.
   */
  background?: false | ((work: Promise<unknown>) => void) | undefined;
  /** Called with every event. What it throws is ignored. Default: nothing is called. */
  onEvent?: AuthEventListener | undefined;
  /**
   * Makes the `fingerprint` that events name an access token by: `tokenFingerprint({ key })` of `@everbearer/telemetry/fingerprint`.
   * Without a key, whoever reads the events could try guesses of a short token. What it returns must be a text of 1 to 16
   * characters that is no piece of the token, else the event has none. Default: events have none.
   */
  fingerprint?: TokenFingerprint | undefined;
  /** For tests: time and chance as the manager sees them. Default: the system's. */
  clock?: Clock | undefined;
}

/** Durations, all in milliseconds, 0 or more. */
export interface TimingOptions {
  /**
   * How long before its end a token is renewed while still in use; at most half its life. Default: a tenth of its
   * life, at most 5 minutes, a little earlier in some processes than in others.
   */
  softMarginMs?: number | undefined;
  /** How long before its end a token is no longer used. Default: 2 % of its life, at most 10,000. */
  hardMarginMs?: number | undefined;
  /** How long one request to the token endpoint may take. Above 0. Default 10,000. */
  requestTimeoutMs?: number | undefined;
  /**
   * How long this process may hold the lease under which it redeems a refresh token. At least twice `requestTimeoutMs`, so
   * that a lost reply can be retried. Default 40,000.
   */
  leaseTtlMs?: number | undefined;
  /** How long a whole renewal may take, waiting for other processes included. Above 0. Default 90,000. */
  renewalTimeoutMs?: number | undefined;
  /** How often the store is looked at while the held token is good. Default 30,000. */
  recheckMs?: number | undefined;
  /** How long one call waits for a token endpoint that said "later", and for a store out of reach. Default 10,000. */
  maxWaitMs?: number | undefined;
}
