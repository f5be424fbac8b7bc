import { ConfigurationError } from '@everbearer/core';
import { SECRET_VARIABLES } from '../config/overrides.ts';

const STDIN = 'Give it on standard input: everbearer import --raw < FILE';

/** Flags that would carry a secret, and what to do in their place. None of them exists. */
const REMEDIES: Readonly<Record<string, string>> = {
  '--client-secret': `Set ${SECRET_VARIABLES.clientSecret}, or name its place in the configuration file.`,
  '--secret': `Set ${SECRET_VARIABLES.clientSecret}, or name its place in the configuration file.`,
  '--refresh-token': `${STDIN}, or set ${SECRET_VARIABLES.refreshToken}.`,
  '--token': `${STDIN}.`,
  '--access-token': `${STDIN}.`,
  '--password': 'A person signs in without it: everbearer login',
  '--redis-url': `Set ${SECRET_VARIABLES.redisUrl}.`,
};

/**
 * Everybody on the machine can read the arguments of a program, and a shell keeps them.
 * @throws {ConfigurationError} for a flag that would carry a secret; never with its value
 */
export function refuseSecrets(argv: readonly string[]): void {
  for (const word of argv) {
    if (word === '--') return;
    const flag = word.split('=', 1)[0] as string;
    if (!Object.hasOwn(REMEDIES, flag)) continue;
    const message = `${flag} is refused: whoever lists the processes of this machine would read the secret. ${REMEDIES[flag]}`;
    throw new ConfigurationError({ option: flag, message });
  }
}
