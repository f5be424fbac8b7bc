import type { TokenSet } from '../contract/token-provider.ts';
import { TokenRejectedError } from '../errors/token-rejected-error.ts';
import type { RenewalReason } from '../events.ts';
import {
  assess,
  type Demand,
  demandOf,
  type HeldToken,
  isOutlived,
  isOwnVerdict,
} from '../memory/held-token.ts';
import { createServerClock, type ServerClock } from '../memory/server-clock.ts';
import type { Remembered } from '../memory/token-memory.ts';
import { scopeOf } from '../record/credential-record.ts';
import { isOnHold } from '../renewal/decisions.ts';
import { isLasting } from '../renewal/refusal-table.ts';
import { type Renewed, renew } from '../renewal/renewal.ts';
import type { AccessToken, TokenAsk, TokenSource } from '../token.ts';
import { checkAsk } from './check-ask.ts';
import { closedError } from './closed-error.ts';
import { createRenewalContext } from './create-renewal-context.ts';
import { createFlights, flightFor, reasonFor } from './flights.ts';
import { type KeepAliveOptions, startKeepAlive } from './keep-alive.ts';
import { checkManagerOptions, type ManagerSettings, type TokenManagerOptions } from './manager-options.ts';
import { createRefusalMemo } from './refusal-memo.ts';
import { signIn, signOut } from './sign-in.ts';
import { createStoreLooks } from './store-looks.ts';
import { describeStatus, type ManagerState, stateOf, type TokenStatus } from './token-status.ts';

/** Keeps the tokens of one account at one provider valid, for everybody who asks. */
export interface TokenManager extends TokenSource, AsyncDisposable {
  readonly account: string;
  readonly provider: string;
  /** A usable token, held or renewed; rejects with a typed error where there is none. With `rejected`: never that one again. */
  getToken(ask?: TokenAsk): Promise<AccessToken>;
  /** The held token if it is usable right now, without I/O; else undefined. */
  peek(ask?: TokenAsk): AccessToken | undefined;
  /** From the same slot the header comes from: `valid` means that the next request bears this token. */
  readonly state: ManagerState;
  /** A token newer than the one held now: from the token endpoint, or adopted from whoever just renewed. */
  renew(ask?: TokenAsk): Promise<AccessToken>;
  /**
   * Begins a new token family: a first sign-in, or an import. Replaces what is stored.
   * @throws {ConfigurationError} when the tokens cannot be used
   * @throws {TokenBackendError} when they cannot be stored; then nothing changed
   */
  signIn(tokens: TokenSet): Promise<void>;
  /**
   * Forgets the tokens, here and in the store, for every process. With `revoke` they are revoked as well, also
   * one that a renewal under way still brings.
   */
  signOut(options?: { revoke?: boolean }): Promise<void>;
  /**
   * Looks at the store, and tells where the tokens stand.
   * @throws {TokenBackendError} when the store cannot be read
   */
  status(): Promise<TokenStatus>;
  /** Renews an unused session before its refresh token dies of age, until disposed of. */
  keepAlive(options?: KeepAliveOptions): Disposable;
  /** Waits, within bounds, for a renewal under way and for an unsaved rotation. Afterwards every ask is refused. */
  close(): Promise<void>;
}

const REFUSED_AGAIN_MS = 1_000;
const BACKGROUND_PAUSE_MS = 1_000;
/** A provider may hand out a rejected token again; this often a caller tries for another one. */
const MOST_ROUNDS = 3;

/**
 * @throws {ConfigurationError} when an option is missing, wrong, or when provider and backend cannot keep a session
 */
export function createTokenManager(options: TokenManagerOptions): TokenManager {
  const settings = checkManagerOptions(options);
  return manageTokens(settings, createServerClock(settings.clock)).manager;
}

/** A manager, and what its owner needs to let go of it for a while. */
export interface Managed {
  manager: TokenManager;
  /** Whether nothing is under way and nothing unsaved. */
  readonly idle: boolean;
  /** What a later manager of the same account begins with, so that it needs no look at the store. */
  remember(): Remembered | undefined;
}

export function manageTokens(
  settings: ManagerSettings,
  serverClock: ServerClock,
  remembered?: Remembered,
): Managed {
  const { provider, timing, clock } = settings;
  const closing = new AbortController();
  let closed = false;
  const context = createRenewalContext(settings, serverClock, closing.signal, remembered);
  const { memory } = context;

  const ownScope = scopeOf(provider.scopes);
  const scopeFor = (ask: TokenAsk | undefined) => (ask?.scopes ? scopeOf(ask.scopes) : ownScope);
  const planned = (scope: string, ask: TokenAsk, avoid: string | undefined, reason: RenewalReason) =>
    flightFor({ scope, isDefault: scope === ownScope, ask, avoid, reason, scopes: provider.scopes });
  const refusals = createRefusalMemo(clock, Math.min(REFUSED_AGAIN_MS, timing.recheckMs));
  let backgroundAfter = Number.NEGATIVE_INFINITY;
  const flights = createFlights<Renewed>(async (flight) => {
    try {
      const renewed = await renew(context, flight);
      refusals.forget(flight.scope);
      return renewed;
    } catch (error) {
      backgroundAfter = clock.monotonic() + BACKGROUND_PAUSE_MS;
      if (isLasting(error) && flight.claims === undefined) refusals.remember(flight.scope, error);
      throw error;
    } finally {
      looks.note();
    }
  });
  const looks = createStoreLooks({
    context,
    enqueue: flights.enqueue,
    onWork: (reason) => flights.startInBackground(ownScope, planned(ownScope, {}, undefined, reason)),
  });

  /** Serves a usable token, and sees to what may go on behind it. */
  function serve(held: HeldToken, now: number, ageMs: number, scope: string, ask: TokenAsk): AccessToken {
    if (ageMs >= held.expiringAgeMs && now >= backgroundAfter && !isOnHold(memory.known, clock.now())) {
      flights.startInBackground(scope, planned(scope, { scopes: ask.scopes }, undefined, 'expiring'));
    }
    if (looks.isDue(now) && !flights.busy) looks.lookInBackground();
    return held.token;
  }

  function noteRejection(scope: string, { rejected, claims }: TokenAsk): void {
    if (rejected === undefined) return;
    const held = memory.held(scope);
    if (held?.text === rejected && isOwnVerdict(held, clock.monotonic() - held.monotonic, claims)) {
      throw new TokenRejectedError();
    }
    if (claims === undefined) memory.reject(rejected);
  }

  async function getToken(ask: TokenAsk = {}): Promise<AccessToken> {
    if (closed) throw closedError();
    checkAsk(ask);
    const scope = scopeFor(ask);
    noteRejection(scope, ask);
    return obtain(scope, ask, demandOf(ask));
  }

  async function obtain(scope: string, ask: TokenAsk, demand: Demand, forced = false): Promise<AccessToken> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const held = memory.held(scope);
      const now = clock.monotonic();
      const ageMs = held ? memory.ageOf(held, now) : 0;
      if (held && assess(held, ageMs, demand) !== 'unusable') return serve(held, now, ageMs, scope, ask);
      ask.signal?.throwIfAborted();
      if (!forced && ask.claims === undefined) refusals.repeat(scope);
      const flight = planned(scope, ask, demand.avoid, forced ? 'forced' : reasonFor(held, ask));
      const key = ask.claims === undefined ? scope : `${scope}\n${ask.claims}`;
      const { held: got, received, avoided } = await flights.join(key, flight, ask.signal);
      if (received && got.text === ask.rejected && got.text === avoided) break;
      const gotAgeMs = memory.ageOf(got);
      const fits = received
        ? !got.rejected && !isOutlived(got, gotAgeMs)
        : assess(got, gotAgeMs, demand) !== 'unusable';
      if (fits) return got.token;
    }
    throw new TokenRejectedError({
      message:
        'The authorization server handed out the very token that was refused. Check the audience and scopes of the provider.',
    });
  }

  const manager: TokenManager = {
    account: settings.account,
    provider: provider.id,
    getToken,
    peek(ask) {
      const held = memory.held(scopeFor(ask));
      const now = clock.monotonic();
      if (!held || closed || looks.isDue(now)) return undefined;
      return assess(held, memory.ageOf(held, now), demandOf(ask)) === 'fresh' ? held.token : undefined;
    },
    async renew(ask = {}) {
      if (closed) throw closedError();
      checkAsk(ask);
      const scope = scopeFor(ask);
      if (!looks.any) await looks.look();
      const avoid = ask.rejected ?? memory.held(scope)?.text;
      return obtain(scope, ask, { ...demandOf(ask), avoid }, true);
    },
    get state() {
      if (closed) return 'closed';
      return looks.any || memory.known ? stateOf(context, ownScope) : 'unknown';
    },
    async signIn(tokens) {
      if (closed) throw closedError();
      await signIn(context, ownScope, tokens);
      refusals.forget();
      looks.note();
    },
    async signOut({ revoke = false } = {}) {
      if (closed) throw closedError();
      await signOut(context, revoke);
      refusals.forget();
      looks.note();
    },
    async status() {
      const renewing = flights.busy;
      if (!closed && !renewing && !context.commits.unsaved) {
        await looks.look();
        looks.note();
      }
      return describeStatus(context, settings.given, manager.state, renewing);
    },
    async close() {
      if (closed) return;
      closed = true;
      closing.abort(closedError());
      looks.stop();
      const stop = new AbortController();
      const patience = clock.sleep(timing.leaseTtlMs, { signal: stop.signal }).catch(() => undefined);
      await Promise.race([flights.enqueue(async () => context.commits.unsaved), patience]);
      stop.abort();
    },
    keepAlive(options) {
      const lastUsedAt = async () => (await manager.status()).refreshToken?.lastUsedAt;
      const { profile } = provider;
      const { random } = context;
      return startKeepAlive({ profile, clock, random, lastUsedAt, renew: () => manager.renew() }, options);
    },
    [Symbol.asyncDispose]: () => manager.close(),
  };
  return {
    manager,
    get idle() {
      return !flights.busy && !context.commits.unsaved;
    },
    remember() {
      looks.stop();
      return memory.remember();
    },
  };
}
