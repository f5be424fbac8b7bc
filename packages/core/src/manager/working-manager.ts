import type { TokenSet } from '../contract/token-provider.ts';
import type { AuthError } from '../errors/auth-error.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import type { ServerClock } from '../memory/server-clock.ts';
import type { Remembered } from '../memory/token-memory.ts';
import { checkOptions, FLAG } from '../option-rules.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';
import type { ManagerSettings } from './check-manager-options.ts';
import { createRenewalContext } from './create-renewal-context.ts';
import { type Inside, onAbort } from './inside.ts';
import { createRenewals, type Renewals } from './renewals.ts';
import { signIn, signOut } from './sign-in.ts';
import { closedError, createTokenDesk, type TokenDesk } from './token-desk.ts';
import type { SignOutOptions, TokenManager } from './token-manager.ts';
import { describeStatus, type ManagerState, stateOf } from './token-status.ts';

/** What does the work of a token manager, and the parts by which its owner can let go of it for a while. */
export interface WorkingManager
  extends TokenDesk,
    Pick<TokenManager, 'state' | 'kept' | 'signIn' | 'signOut' | 'status' | 'close'>,
    Inside {
  context: RenewalContext;
  renewals: Renewals;
}

export function createWorkingManager(
  settings: ManagerSettings,
  serverClock: ServerClock,
  remembered?: Remembered,
): WorkingManager {
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
  return {
    context,
    renewals,
    ...createTokenDesk(context, renewals),
    ...lifeOf({ context, renewals, state, closing, abandoned, settings }),
    get state() {
      return state();
    },
    get kept() {
      return context.memory.known?.kept ?? {};
    },
    onClose: onAbort(closing.signal),
  };
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
  const { clock, commits, memory, timing } = context;
  closing.abort(closedError());
  memory.glance.forget();
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
