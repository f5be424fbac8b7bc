import { type Accounts, type AuthEvent, createAccounts, type TokenManager } from '@everbearer/core';
import type { LoadedConfig } from '../config/loaded-config.ts';
import { withVariables } from '../config/overrides.ts';
import type { CommandInput } from './command-input.ts';
import { openDescribed } from './open-described.ts';

/** An opened set-up. */
export interface Session {
  setup: LoadedConfig;
  accounts: Accounts;
  /** The account that is meant where one is: of `--account`, else the first of the description. */
  account: TokenManager;
  /** The accounts that are meant where several can be: of `--account`, else all that are described or stored. */
  names(): Promise<string[]>;
  /** What was said of records that the last `names()` could not read: they do not tell whose they are. */
  passedOver: readonly string[];
}

/** How a command is told what happens meanwhile. */
export interface Telling {
  /** Default: warnings are noted. */
  onEvent?: ((event: AuthEvent) => void) | undefined;
  /** The command itself says what the store warns of. Default false: it is noted at the end. */
  showsWarnings?: boolean | undefined;
}

/** Opens the set-up for a command, and closes it whatever happens. */
export async function withAccounts<T>(
  input: CommandInput,
  work: (session: Session) => Promise<T>,
  { onEvent = warningsTo(input), showsWarnings = false }: Telling = {},
): Promise<T> {
  const { setup } = await openDescribed(input);
  const { provider, backend, seed } = setup;
  try {
    // A command ends soon: what would go on behind it is done by the next call that needs it.
    const passedOver: string[] = [];
    const listen = (event: AuthEvent) => {
      if (event.type === 'warning' && event.code === 'unreadable_record') passedOver.push(event.message);
      onEvent(event);
    };
    await using accounts = createAccounts({ provider, backend, seed, background: false, onEvent: listen });
    const account = accounts.for(setup.accounts[0] ?? 'default');
    const names = () => {
      passedOver.length = 0;
      return namesOf(setup, accounts, namedAccount(input));
    };
    return await work({ setup, accounts, account, names, passedOver });
  } finally {
    if (!showsWarnings) noteWarnings(setup, input);
    await backend.close?.();
  }
}

/** What the store warns of: it goes on, and somebody should know. */
function noteWarnings({ backend }: LoadedConfig, { world }: CommandInput): void {
  for (const warning of backend.warnings?.() ?? []) world.notes.write(`note: ${warning}\n`);
}

/** The account that a flag or a variable names. */
export function namedAccount({ options, world }: CommandInput): string | undefined {
  return withVariables(options, world.env).account;
}

/** The accounts that are meant: the one that is named, else all that are described or stored. */
export async function namesOf(
  setup: LoadedConfig,
  accounts: Accounts,
  only: string | undefined,
): Promise<string[]> {
  if (only !== undefined) return [only];
  const stored: string[] = [];
  if (setup.backend.list) for await (const name of accounts.list()) stored.push(name);
  stored.sort();
  // Nobody named an account: those that are there are meant.
  const isUnnamed = setup.accounts.length === 1 && setup.accounts[0] === 'default';
  if (isUnnamed && stored.length > 0) return stored;
  return [...new Set([...setup.accounts, ...stored])];
}

function warningsTo({ world }: CommandInput): (event: AuthEvent) => void {
  return (event) => {
    if (event.type === 'warning' && !['not_durable', 'unreadable_record'].includes(event.code))
      world.notes.write(`note: ${event.message}\n`);
  };
}
