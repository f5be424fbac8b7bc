import type { TokenSet } from '../contract/token-provider.ts';
import type { AuthError } from '../errors/auth-error.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import { createServerClock, type ServerClock } from '../memory/server-clock.ts';
import type { Remembered } from '../memory/token-memory.ts';
import { checkOptions, FLAG, type OptionsOwner } from '../option-rules.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';
import type { AccessToken, TokenAsk, TokenSource } from '../token.ts';
import { announce } from './backend-fit.ts';
import { ACCOUNT, checkManagerOptions, type ManagerSettings } from './check-manager-options.ts';
import { createRenewalContext } from './create-renewal-context.ts';
import type { TokenManagerOptions } from './manager-options.ts';
import { type Closeable, ON_CLOSE, onAbort } from './on-close.ts';
import { createRenewals, type Renewals } from './renewals.ts';
import { signIn, signOut } from './sign-in.ts';
import { closedError, createTokenDesk } from './token-desk.ts';
import { describeStatus, type ManagerState, stateOf, type TokenStatus } from './token-status.ts';

/** Keeps the tokens of one account at one provider valid, for everybody who asks. */
export interface TokenManager extends TokenSource, AsyncDisposable {
  /** Whose tokens these are, in your words. */
  readonly account: string;
  /** `id` of the provider. */
  readonly provider: string;
  /** A usable token, held or renewed; rejects with a typed error where there is none. With `rejected`: never that one again. */
  getToken(ask?: TokenAsk): Promise<AccessToken>;
  /** From the same slot the header comes from: `valid` means that the next request bears this token. */
  readonly state: ManagerState;
  /**
   * Members of token replies that the provider keeps beside the tokens (`keep` of `oauth2()`): an address of the API, for instance, for
   * `origins` and base URLs. Empty before the first token or `status()`.
   */
  readonly kept: Readonly<Record<string, string>>;
  /** The held token if it is usable right now, without I/O; else undefined. */
  peek(ask?: TokenAsk): AccessToken | undefined;
  /**
   * A token newer than the one held now: from the token endpoint, or adopted when another process has just renewed.
   * @throws {AuthError} as `getToken` does
   */
  renew(ask?: TokenAsk): Promise<AccessToken>;
  /**
   * Begins a new token family: a first sign-in, or an import. Replaces what is stored.
   * @throws {ConfigurationError} when the tokens cannot be used
   * @throws {TokenBackendError} when they cannot be stored; then nothing changed
   */
  signIn(tokens: TokenSet): Promise<void>;
  /**
   * Forgets the tokens, here and in the store, for every process.
   * @throws {TokenBackendError} when the store does not take it; then nothing changed
   * @throws {TokenEndpointError} with `revoke`: when the server did not confirm; the sign-out itself stands
   */
  signOut(options?: SignOutOptions): Promise<void>;
  /**
   * Looks at the store, and tells where the tokens stand.
   * @throws {TokenBackendError} when the store cannot be read
   */
  status(): Promise<TokenStatus>;
  /**
   * Waits for a renewal under way and for tokens that are not saved yet, at most as long as a lease lasts
   * (`timing.leaseTtlMs`); a program that ends by `process.exit()` awaits it first. Afterwards every ask is refused, and
   * nothing of this manager keeps the process alive.
   * @throws {TokenBackendError} when the store did not take the newest tokens: they end with this process
   */
  close(): Promise<void>;
}

/** How {@link TokenManager.signOut} ends a session. */
export interface SignOutOptions {
  /**
   * Revoke the tokens at the server as well, also one that a renewal under way still brings. Default false.
   * @see https://www.rfc-editor.org/rfc/rfc7009
   */
  revoke?: boolean | undefined;
}

/**
 * Keeps the tokens of one account at one provider valid: it hands out the token that is held, renews it before it ends or
 * when a server rejects it, once for all callers and for all processes that share the backend, and stores what a
 * renewal brings. Creating it does no I/O.
 *
 * @throws {ConfigurationError} when an option is missing, wrong or unknown, or when provider and backend cannot keep a
 * session
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function createTokenManager(options: TokenManagerOptions): TokenManager {
  const settings = checkManagerOptions(options, OWNER);
  const { manager } = manageTokens(settings, createServerClock(settings.clock));
  announce(settings);
  return manager;
}

const OWNER: OptionsOwner = { name: 'createTokenManager()', options: { account: ACCOUNT } };

/** A manager, and the parts by which its owner can let go of it for a while. */
export interface Managed {
  manager: TokenManager;
  context: RenewalContext;
  renewals: Renewals;
}

export function manageTokens(
  settings: ManagerSettings,
  serverClock: ServerClock,
  remembered?: Remembered,
): Managed {
  const closing = new AbortController();
  const abandoned = new AbortController();
  const end = { closing: closing.signal, abandoned: abandoned.signal };
  const context = createRenewalContext(settings, serverClock, end, remembered);
  const renewals = createRenewals(context, settings.background);
  const { looks, ownScope } = renewals;
  function state(): ManagerState {
    if (context.closing.aborted) return 'closed';
    return looks.any || context.memory.known ? stateOf(context, ownScope) : 'unknown';
  }
  const life = lifeOf({ context, renewals, state, closing, abandoned, settings });
  const manager: TokenManager & Closeable = {
    account: settings.account,
    provider: settings.provider.id,
    fingerprint: settings.fingerprint,
    ...createTokenDesk(context, renewals),
    ...life,
    get state() {
      return state();
    },
    get kept() {
      return context.memory.known?.kept ?? {};
    },
    [Symbol.asyncDispose]: life.close,
    [ON_CLOSE]: onAbort(closing.signal),
  };
  return { manager, context, renewals };
}

interface Parts {
  context: RenewalContext;
  renewals: Renewals;
  state(): ManagerState;
  closing: AbortController;
  abandoned: AbortController;
  settings: ManagerSettings;
}

/** The life of a manager: from sign-in to close. */
function lifeOf(parts: Parts) {
  const { context, renewals, state, settings } = parts;
  const { flights, looks, ownScope } = renewals;
  const { commits, refusals } = context;
  let closed: Promise<void> | undefined;
  const changes = new Set<Promise<void>>();

  /** A person changes who is signed in. What was refused before is asked again. */
  async function change(work: () => Promise<void>): Promise<void> {
    if (context.closing.aborted) throw closedError();
    const changed = work();
    changes.add(changed);
    try {
      await changed;
    } finally {
      changes.delete(changed);
    }
    refusals.forget();
    looks.note();
  }

  return {
    signIn: (tokens: TokenSet) => change(() => signIn(context, ownScope, tokens)),
    signOut: (options: SignOutOptions = {}) => change(async () => signOut(context, wantsRevocation(options))),
    async status() {
      const canLook = looks.looking || !flights.busy;
      if (!context.closing.aborted && canLook && !commits.unsaved) {
        await looks.look();
        looks.note();
      }
      return describeStatus(context, settings, ownScope, { state: state(), renewing: flights.flying });
    },
    close() {
      closed ??= closeAll(parts, changes);
      return closed;
    },
  } satisfies Partial<TokenManager>;
}

/** What vanished under a lease is put back when that lease has ended, and looked for this often: see `commit.ts`. */
const PUT_BACK_MS = 1_000;

/**
 * Waits for what must not be lost: sign-ins and sign-outs under way, and renewals, as long as a lease lasts. Then lets go of
 * the store, so that the process can end.
 */
async function closeAll(
  { context, renewals, closing, abandoned }: Parts,
  changes: ReadonlySet<Promise<void>>,
): Promise<void> {
  const { clock, commits, timing } = context;
  closing.abort(closedError());
  renewals.looks.stop();
  const stop = new AbortController();
  const patience = clock
    .sleep(timing.leaseTtlMs + PUT_BACK_MS, { signal: stop.signal })
    .catch(() => undefined);
  const saved = renewals.flights.enqueue(async () => commits.unsaved);
  await Promise.race([Promise.allSettled([saved, ...changes]), patience]);
  stop.abort();
  const { unsaved, fault } = commits;
  abandoned.abort(closedError());
  if (unsaved) throw notSaved(fault);
}

function notSaved(cause: AuthError | undefined): TokenBackendError {
  return new TokenBackendError({
    code: cause instanceof TokenBackendError ? cause.code : 'unavailable',
    message:
      'The newest tokens were not saved: the token backend did not take them before close() had to end. If the server has ended the stored refresh token, somebody must sign in again. Mend the store; `cause` says what it did.',
    cause,
  });
}

function wantsRevocation(options: SignOutOptions): boolean {
  checkOptions(options, { revoke: FLAG }, 'signOut()');
  return options.revoke ?? false;
}
