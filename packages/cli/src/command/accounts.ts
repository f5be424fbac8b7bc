import { printJson } from '../print/print-json.ts';
import { table } from '../print/table.ts';
import type { CommandInput } from '../session/command-input.ts';
import { withAccounts } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';

/** The accounts that are described or stored, and where each stands. */
export function run(input: CommandInput): Promise<ExitStatus> {
  return withAccounts(input, async ({ accounts, names }) => {
    const all = await Promise.all((await names()).map((name) => accounts.for(name).status()));
    const rows = all.map(({ account, state, username }) => ({ account, state, username: username ?? '' }));
    if (input.options.json) printJson(input.world.output, rows);
    else input.world.output.write(table(rows));
    return EXIT.good;
  });
}
