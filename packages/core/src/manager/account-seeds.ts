import { invalidOption, need } from '../check-option.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import type { AuthError } from '../errors/auth-error.ts';
import { forgive } from '../forgive.ts';
import type { SeedInUse } from '../renewal/renewal-context.ts';
import type { SeedCredential } from '../seed/seed.ts';
import { isSeed, type OpenableSeed, type Seed } from './openable-seed.ts';

/** The credential that an account begins with; undefined for one that begins with none. */
type SeedOfAccount = (account: string) => Seed | undefined;

/** The seed of an account, chosen when it is first needed. */
export type AccountSeeds = (account: string) => Pick<OpenableSeed, 'open'>;

/** Makes sure that no two accounts share a credential. */
export function accountSeeds(
  choose: SeedOfAccount,
  { provider, backend }: { provider: TokenProvider; backend: TokenBackend },
): AccountSeeds {
  /** By where it is read from, and by the id of what was found there: the same may be written in two places. */
  const places = new WeakMap<TokenBackend, string>();
  const credentials = new Map<string, string>();

  function chosenFor(account: string): OpenableSeed | undefined {
    const seed = asked(choose, account);
    if (seed === undefined) return undefined;
    seed.check(provider, backend);
    needOwner(places.get(seed.backend), account);
    places.set(seed.backend, account);
    return seed;
  }

  /** What this account was begun with before, and what it is to begin with now. */
  function assign(account: string, known: readonly string[] = [], found: SeedCredential | undefined): void {
    for (const id of known) if (!credentials.has(id)) credentials.set(id, account);
    if (!found) return;
    needOwner(credentials.get(found.id), account);
    credentials.set(found.id, account);
  }

  return (account) => ({
    open: (...where) =>
      openLate(
        () => chosenFor(account)?.open(...where),
        (...seeds) => assign(account, ...seeds),
      ),
  });
}

function needOwner(owner: string | undefined, account: string): void {
  need(
    owner === undefined || owner === account,
    'seed',
    'gave two accounts the same credential: one account would act for the other. Give each account its own.',
  );
}

function asked(choose: SeedOfAccount, account: string): OpenableSeed | undefined {
  let seed: unknown;
  try {
    seed = choose(account);
  } catch (cause) {
    throw invalidOption(
      'seed',
      'failed to choose the seed of an account. Check the function; the cause names its error.',
      cause,
    );
  }
  if (seed === undefined || isSeed(seed)) return seed;
  forgive(seed);
  throw invalidOption(
    'seed',
    'must return a seed, seedFrom(…), or undefined for an account without one; a promise is not a seed.',
  );
}

/** A seed that is chosen when it is first asked for. A choice that failed is made again at the next ask. */
function openLate(
  choose: () => SeedInUse | undefined,
  assign: (known: readonly string[] | undefined, found: SeedCredential | undefined) => void,
): SeedInUse {
  let chosen: { seed: SeedInUse | undefined } | undefined;
  let failure: AuthError | undefined;
  function seed(): SeedInUse | undefined {
    try {
      chosen ??= { seed: choose() };
      failure = undefined;
      return chosen.seed;
    } catch (error) {
      failure = error as AuthError;
      throw error;
    }
  }
  return {
    read: async () => seed()?.read(),
    async fresh(record) {
      try {
        const found = await seed()?.fresh(record);
        assign(record?.seedIds, found);
        return found;
      } catch (error) {
        failure = error as AuthError;
        // A living session goes on without one.
        if (record) return undefined;
        throw error;
      }
    },
    get place() {
      return chosen?.seed?.place;
    },
    setAside: (id, error) => chosen?.seed?.setAside(id, error),
    get fault() {
      return chosen?.seed?.fault;
    },
    get unreadable() {
      return failure ?? chosen?.seed?.unreadable;
    },
    watch(hint) {
      try {
        return seed()?.watch(hint) ?? (() => undefined);
      } catch {
        return () => undefined;
      }
    },
    importSeed: async (...parts) => chosen?.seed?.importSeed(...parts),
  };
}
