import { ConfigurationError, createTokenManager, type TokenManager } from '@everbearer/core';
import type { RefreshCredential, TokenProvider, TokenSet } from '@everbearer/core/contract';
import type { LoadedConfig } from '../config/loaded-config.ts';
import type { CommandInput, CommandOptions } from '../session/command-input.ts';
import { NobodySignedIn } from '../session/nobody-signed-in.ts';
import { withAccounts } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import { EXPORTS } from './export-formats.ts';

/** Hands the sign-in of an account to another store, as a seed. It is renewed first, so that what is printed works. */
export async function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  const format = EXPORTS[String(options['format'])];
  if (!format)
    throw new ConfigurationError({ option: '--format', message: '--format is k8s-secret or env.' });
  const name = nameOf(options);
  if (world.output.isTerminal && !options['yes']) {
    const message =
      'The refresh token would be shown on the terminal, and stay in its history. Send it into a pipe, or add --yes.';
    throw new ConfigurationError({ option: '--yes', message });
  }
  const { rawSeed } = await import('@everbearer/providers/import');
  return withAccounts(input, async ({ setup, account }) => {
    const move = options['move'] === true;
    if (!setup.provider.acquire) await requireSignIn(account, setup);
    refuseSharing(setup.provider, move);
    const { provider, latest } = watched(setup.provider);
    await using manager = createTokenManager({
      provider,
      backend: setup.backend,
      account: account.account,
      background: false,
    });
    await manager.renew();
    const seed = rawSeed(latest());
    world.output.write(format(seed, { account: account.account, name }));
    // A failure up to here leaves the sign-in where it was.
    await world.output.written();
    if (move) await manager.signOut();
    return EXIT.good;
  });
}

/** @throws {ConfigurationError} for a name that Kubernetes does not take, and for flags that mean nothing here */
function nameOf({ format, name, json }: CommandOptions): string | undefined {
  const fault = (option: string, message: string) => new ConfigurationError({ option, message });
  if (json && format !== 'k8s-secret')
    throw fault('--json', 'An env file is not JSON. Leave --json out, or take --format k8s-secret.');
  if (name === undefined) return undefined;
  if (format !== 'k8s-secret')
    throw fault('--name', '--name is that of a Kubernetes Secret: --format k8s-secret.');
  if (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(String(name))) return String(name);
  throw fault(
    '--name',
    'Kubernetes takes names of small letters, digits, hyphens and dots: --name mail-monitor',
  );
}

/** @throws {NobodySignedIn} before anything is said of how to hand over what is not there */
async function requireSignIn(manager: TokenManager, { seed }: LoadedConfig): Promise<void> {
  const { account, reason } = await manager.status();
  if (reason === 'no_credential' || reason === 'signed_out')
    throw new NobodySignedIn(account, seed?.(account) !== undefined);
}

/** Two stores with one single-use refresh token end the session for both. */
function refuseSharing({ profile, acquire }: TokenProvider, move: boolean): void {
  if (acquire) {
    const message = 'This grant has no refresh token to hand over: the client obtains tokens by itself.';
    throw new ConfigurationError({ option: 'provider.grant', message });
  }
  if (move || profile.graceMs === Number.POSITIVE_INFINITY) return;
  const message =
    'Old refresh tokens of this server die, so two stores with one of them end the session for both. To hand it over, add --move: this store then signs out, and nothing is revoked. To keep both, sign in once more for the other store.';
  throw new ConfigurationError({ option: '--move', message });
}

/** The provider, and the newest refresh token that went through it. */
function watched(provider: TokenProvider): { provider: TokenProvider; latest(): TokenSet } {
  let seen: TokenSet = {};
  const refresh = async (...[credential, context]: Parameters<NonNullable<TokenProvider['refresh']>>) => {
    const tokens = await (provider.refresh as NonNullable<TokenProvider['refresh']>)(credential, context);
    seen = newest(credential, tokens);
    return tokens;
  };
  return { provider: { ...provider, refresh }, latest: () => seen };
}

function newest({ refreshToken, dpopKey }: RefreshCredential, tokens: TokenSet): TokenSet {
  return { refreshToken: tokens.refreshToken ?? refreshToken, dpopKey: tokens.dpopKey ?? dpopKey };
}
