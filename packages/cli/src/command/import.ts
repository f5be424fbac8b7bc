import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigurationError, type TokenManager } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import type { ImportedTokens } from '@everbearer/providers/import';
import { printJson } from '../print/print-json.ts';
import { printable } from '../print/printable.ts';
import type { CommandInput } from '../session/command-input.ts';
import { namedAccount, type Session, withAccounts } from '../session/with-accounts.ts';
import { endOfInput } from '../world/end-of-input.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import { questionOutput } from '../world/question-output.ts';
import { readInput } from '../world/world.ts';

interface Entry {
  account: string;
  tokens: TokenSet;
}

/** Takes over what another program stored. Nothing is redeemed: the first call or `renew` shows whether it works. */
export function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  return withAccounts(input, async (session) => {
    const entries = options['raw'] ? [await rawEntry(input, session)] : await fileEntries(input, session);
    const managers = entries.map(({ account }) => session.accounts.for(account));
    if (!options['replace']) for (const manager of managers) await refuseSignedIn(manager);
    for (const [index, manager] of managers.entries()) await manager.signIn((entries[index] as Entry).tokens);
    const names = entries.map(({ account }) => account);
    if (options.json) printJson(world.output, { imported: names });
    else world.output.write(`Imported ${printable(names.join(', '))}. Try it: everbearer renew\n`);
    return EXIT.good;
  });
}

async function rawEntry({ args, world }: CommandInput, { account }: Session): Promise<Entry> {
  if (args[0] !== undefined && args[0] !== '-') {
    const message = '--raw reads the refresh token from standard input: everbearer import --raw < FILE';
    throw new ConfigurationError({ option: '--raw', message });
  }
  const typed = world.input.isTTY ? await askHidden(world.signal) : await readInput(world.input);
  const refreshToken = typed.trim();
  const fault = rawFault(refreshToken);
  if (fault) {
    const message = `Standard input ${fault}. Give a refresh token, and nothing else.`;
    throw new ConfigurationError({ option: '--raw', message });
  }
  return { account: account.account, tokens: { refreshToken } };
}

function rawFault(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (/\s/.test(text)) return 'is more than one word';
  if (/^(".*"|'.*')$/.test(text)) return 'has quotation marks around it (jq leaves them out with -r)';
  return /^[\x21-\x7e]{1,32768}$/.test(text)
    ? undefined
    : 'holds characters that no refresh token has, or is too long';
}

async function askHidden(signal: AbortSignal): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts');
  const answer = await password({
    message: 'Refresh token',
    output: questionOutput(),
    signal: endOfInput(signal),
  });
  if (isCancel(answer)) throw new DOMException('Nothing was typed.', 'AbortError');
  return answer;
}

async function fileEntries(input: CommandInput, session: Session): Promise<Entry[]> {
  const { args, world } = input;
  const { importTokens } = await import('@everbearer/providers/import');
  const [name = '-'] = args;
  const text = name === '-' ? await readInput(world.input) : await fileText(resolve(world.directory, name));
  const found = importTokens(text, { name: name === '-' ? 'standard input' : name });
  for (const entry of found) refuseOtherClient(entry, session.setup.provider.id);
  const account = namedAccount(input);
  if (account === undefined)
    return found.map((entry) => ({ account: entry.account, tokens: entry.tokenSet }));
  const [only] = found.length === 1 ? found : found.filter((entry) => entry.account === account);
  if (only) return [{ account, tokens: only.tokenSet }];
  const names = found.map((entry) => entry.account).join(', ');
  throw new ConfigurationError({
    option: '--account',
    message: `There is no such account in it. It holds: ${names}.`,
  });
}

/** The name is not repeated: it may be a token that was typed in the wrong place. */
async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as { code?: string };
    const message = `The file cannot be read (${code}). Check path and modes. A refresh token itself is given by: everbearer import --raw`;
    throw new ConfigurationError({ option: 'file', message, cause: error });
  }
}

function refuseOtherClient({ clientId, account }: ImportedTokens, providerId: string): void {
  // A provider of one's own names itself as it likes.
  const own = new URLSearchParams(providerId).get('client_id') ?? clientId;
  if (clientId === undefined || own === clientId) return;
  const message = `The tokens of ${account} were issued to the client ${clientId}, and work for no other client. Set --client-id ${clientId}, or sign in again: everbearer login`;
  throw new ConfigurationError({ option: '--client-id', message });
}

async function refuseSignedIn(manager: TokenManager): Promise<void> {
  const { session, account } = await manager.status();
  if (!session) return;
  const message = `${account} is signed in already. To replace that sign-in, add --replace; for another account, --account NAME.`;
  throw new ConfigurationError({ option: '--account', message });
}
