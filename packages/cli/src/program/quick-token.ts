import { readFileRecord } from '@everbearer/backends/file-record';
import type { TokenAsk } from '@everbearer/core';
import { recordKey, storedToken } from '@everbearer/core/stored';
import { answerWithToken, tokenRequest } from '../command/token-answer.ts';
import { describeSetup, locateConfig } from '../config/describe-setup.ts';
import { directoryFrom } from '../config/directory-from.ts';
import type { AccountDescription } from '../config/everbearer-config.ts';
import { makeProvider } from '../config/make-provider.ts';
import { originsOf } from '../config/origins-of.ts';
import type { CommandInput } from '../session/command-input.ts';
import type { ExitStatus } from '../world/exit-status.ts';
import type { World } from '../world/world.ts';
import { readArguments } from './read-arguments.ts';
import { TOKEN_COMMAND } from './token-command.ts';

/**
 * `everbearer token` where a good token lies in a file and there is nothing to do but to print it. git and kubectl start
 * it at each of their commands, and a token manager takes most of what that costs. Undefined in any doubt, with nothing
 * written: then the command runs as every other does, and what is wrong is told by it alone.
 */
export async function quickToken(argv: readonly string[], world: World): Promise<ExitStatus | undefined> {
  try {
    const told = argv[0] === 'token' ? readArguments(TOKEN_COMMAND, argv.slice(1)) : undefined;
    return told ? await answer({ ...told, world }) : undefined;
  } catch {
    return undefined;
  }
}

async function answer(input: CommandInput): Promise<ExitStatus | undefined> {
  const { options, world } = input;
  const request = tokenRequest(input);
  const around = { ...options, directory: world.directory, env: world.env };
  // A configuration that is a program may do anything, and takes longer than all of this.
  if (locateConfig(around)?.endsWith('.json') === false) return undefined;
  const described = await describeSetup(around, options);
  const getToken = await tokensOf(described);
  if (!getToken) return undefined;
  const username = () => Promise.reject(new Error('Only a token manager tells it.'));
  return answerWithToken(request, { getToken, username, origins: await originsOf(described.config) }, world);
}

type Described = Awaited<ReturnType<typeof describeSetup>>;

/** Gives the token that is stored, as often as it is asked for no other. Undefined where a token manager is needed. */
async function tokensOf({ config, around }: Described) {
  const { provider: description, backend = { kind: 'file' }, accounts } = config;
  const account = (accounts as readonly AccountDescription[])[0];
  if (typeof description === 'function' || typeof backend === 'function') return undefined;
  if (backend.kind !== 'file' || !account || account.seed) return undefined;
  const provider = await makeProvider(description, around);
  const { directory } = backend;
  const place = directory === undefined ? {} : { directory: directoryFrom(around.directory, directory) };
  const stored = readFileRecord(place, await recordKey(provider, account.name));
  return async ({ minLifeMs, rejected }: TokenAsk = {}) => {
    const ask = { provider, account: account.name, minLifeMs };
    const token = stored && rejected === undefined ? storedToken(stored, ask) : undefined;
    if (!token) throw new Error('A token manager is needed.');
    return token;
  };
}
