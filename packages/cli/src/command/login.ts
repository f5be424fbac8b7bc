import { AuthError, ConfigurationError } from '@everbearer/core';
import type { TokenProvider, TokenSet } from '@everbearer/core/contract';
import type { SignInProvider } from '@everbearer/providers/sign-in';
import { printJson } from '../print/print-json.ts';
import { printable } from '../print/printable.ts';
import type { CommandInput } from '../session/command-input.ts';
import { withAccounts } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import { openBrowser } from '../world/open-browser.ts';

/** A person signs in: with a code on another device, or in a browser here. */
export function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  return withAccounts(input, async ({ setup, account }) => {
    const provider = signInOf(setup.provider);
    const signedIn = options['browser'] ? inBrowser(provider, input) : byCode(provider, input);
    await account.signIn(await signedIn.catch(declined));
    const { username, session } = await account.status();
    const told = { account: account.account, username, refreshToken: session !== undefined };
    if (options.json) printJson(world.output, told);
    else
      world.output.write(
        `Signed in${username ? ` as ${printable(username)}` : ''}. The account is called ${printable(account.account)}.\n`,
      );
    return EXIT.good;
  });
}

/** A person who said no, or nothing, changes no option of the provider. */
function declined(error: unknown): never {
  const { code } = error as { code?: unknown };
  const what =
    code === 'access_denied' || code === 'authorization_declined'
      ? 'was declined at the server'
      : code === 'expired_token' && 'was not finished in time';
  if (!what || !(error instanceof AuthError)) throw error;
  const message = `The sign-in ${what}. What was stored before is unchanged. Try again: everbearer login`;
  throw new AuthError({ code: error.code, message, cause: undefined });
}

async function byCode(provider: SignInProvider, { world }: CommandInput): Promise<TokenSet> {
  const { deviceCode } = await import('@everbearer/providers/sign-in');
  return deviceCode(provider, {
    onCode: ({ message }) => world.notes.write(`${message}\n`),
    signal: world.signal,
  });
}

async function inBrowser(provider: SignInProvider, { world }: CommandInput): Promise<TokenSet> {
  const { authorizationCode } = await import('@everbearer/providers/sign-in');
  const onUrl = (url: URL) => {
    world.notes.write(`Sign in at this address:\n${url.href}\n`);
    openBrowser(url, world.env);
  };
  return authorizationCode(provider, { onUrl, signal: world.signal });
}

function signInOf(provider: TokenProvider): SignInProvider {
  if ('signIn' in provider) return provider as SignInProvider;
  const message = 'This grant needs no sign-in: the client obtains tokens by itself. Try: everbearer renew';
  throw new ConfigurationError({ option: 'provider.grant', message });
}
