import { createServerClock } from '../memory/server-clock.ts';
import type { OptionsOwner } from '../option-rules.ts';
import { announce } from './backend-fit.ts';
import { ACCOUNT, checkManagerOptions, type ManagerSettings } from './check-manager-options.ts';
import { INSIDE, type WithInside } from './inside.ts';
import type { TokenManagerOptions } from './manager-options.ts';
import type { TokenManager } from './token-manager.ts';
import { createWorkingManager, type WorkingManager } from './working-manager.ts';

/**
 * Keeps the tokens of one account at one provider valid: it hands out the token that is held, renews it before it ends or
 * when a server rejects it, once for all callers and for all processes that share the backend, and stores what a
 * renewal brings. Creating it does no I/O, and costs next to nothing: what is not used is not made.
 *
 * @throws {ConfigurationError} when an option is missing, wrong or unknown, or when provider and backend cannot keep a
 * session
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function createTokenManager(options: TokenManagerOptions): TokenManager {
  const settings = checkManagerOptions(options, OWNER);
  announce(settings);
  let working: WorkingManager | undefined;
  return managerOver(settings, () => {
    working ??= createWorkingManager(settings, createServerClock(settings.clock));
    return working;
  });
}

const OWNER: OptionsOwner = { name: 'createTokenManager()', options: { account: ACCOUNT } };

type Subject = Pick<ManagerSettings, 'account' | 'provider' | 'fingerprint'>;

/**
 * The token manager in front of what works, which is asked for at the first use. Its methods work detached. What a copy of it,
 * `{ ...manager }`, is to have stands in it as a member of its own.
 */
function managerOver(
  { account, provider, fingerprint }: Subject,
  working: () => WorkingManager,
): TokenManager {
  const close = () => working().close();
  const methods: Omit<TokenManager, 'state' | 'kept'> & WithInside = {
    account,
    provider: provider.id,
    fingerprint,
    getToken: (ask) => working().getToken(ask),
    peek: (ask) => working().peek(ask),
    renew: (ask) => working().renew(ask),
    signIn: (tokens) => working().signIn(tokens),
    signOut: (options) => working().signOut(options),
    status: () => working().status(),
    close,
    [Symbol.asyncDispose]: close,
    [INSIDE]: working,
  };
  return Object.defineProperties(methods, READINGS) as TokenManager;
}

/** All managers share these getters: with some of its own, an object is a hash table, of more than a kilobyte. */
const READINGS = /* @__PURE__ */ Object.getOwnPropertyDescriptors({
  get state() {
    return insideOf(this).state;
  },
  get kept() {
    return insideOf(this).kept;
  },
});

const insideOf = (manager: object) => (manager as { [INSIDE](): WorkingManager })[INSIDE]();
