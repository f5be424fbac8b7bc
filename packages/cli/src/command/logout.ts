import { printJson } from '../print/print-json.ts';
import type { CommandInput } from '../session/command-input.ts';
import { withAccounts } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';

/** Takes the tokens of an account out of the store. */
export function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  return withAccounts(input, async ({ account }) => {
    const revoke = options['revoke'] === true;
    await account.signOut({ revoke });
    const told = { account: account.account, revoked: revoke };
    if (options.json) printJson(world.output, told);
    else
      world.output.write(`Signed out ${account.account}${revoke ? ', and the tokens were revoked' : ''}.\n`);
    return EXIT.good;
  });
}
