import { TokenEndpointError, type TokenManager } from '@everbearer/core';
import { printJson } from '../print/print-json.ts';
import { printable } from '../print/printable.ts';
import type { CommandInput } from '../session/command-input.ts';
import { withAccounts } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';

/** Takes the tokens of an account out of the store. */
export function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  return withAccounts(input, async ({ account }) => {
    const revoke = options['revoke'] === true;
    // A record that cannot be read may hold tokens, and is signed out as well.
    const before = await account.status().catch(() => undefined);
    const had = !before || before.session !== undefined || before.lastRenewedAt !== undefined;
    const unconfirmed = await signOut(account, revoke);
    const told = { account: account.account, wasSignedIn: had, revoked: revoke && had && !unconfirmed };
    if (options.json) printJson(world.output, { ...told, error: unconfirmed });
    else world.output.write(sentence(told));
    if (unconfirmed && !options.json) world.notes.write(`everbearer: ${unconfirmed.message}\n`);
    return unconfirmed ? EXIT.warning : EXIT.good;
  });
}

/** What the server said in place of a confirmation, if it did: the sign-out stands all the same. */
async function signOut(
  account: TokenManager,
  revoke: boolean,
): Promise<{ code: string; message: string } | undefined> {
  try {
    await account.signOut({ revoke });
    return undefined;
  } catch (error) {
    if (!(error instanceof TokenEndpointError)) throw error;
    const { code, status, description } = error;
    const said = [code, status && `HTTP ${status}`, description].filter(Boolean).join(', ');
    const message = `The server did not confirm that the tokens are revoked (${said}). They are deleted here, and at the server they stay valid until they end: end the session there, for instance in the security settings of the account.`;
    return { code, message };
  }
}

function sentence({
  account,
  wasSignedIn,
  revoked,
}: {
  account: string;
  wasSignedIn: boolean;
  revoked: boolean;
}): string {
  const name = printable(account);
  if (!wasSignedIn) return `Nobody was signed in as ${name}, so there was nothing to take out.\n`;
  return `Signed out ${name}${revoked ? ', and the tokens were revoked' : ''}.\n`;
}
