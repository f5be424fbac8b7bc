import { printJson } from '../print/print-json.ts';
import { printable } from '../print/printable.ts';
import { table } from '../print/table.ts';
import type { CommandInput } from '../session/command-input.ts';
import { withAccounts } from '../session/with-accounts.ts';
import { lookAtAccounts } from '../status/account-report.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';

/** The accounts that are described or stored, and where each stands. */
export function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  return withAccounts(input, async (session) => {
    // Days do not count here: `status` is the command that judges.
    const reports = await lookAtAccounts(session, 0);
    const rows = reports.map(({ account, status }) => ({
      account,
      state: status?.state ?? 'cannot_tell',
      username: status?.username ?? '',
    }));
    if (options.json) printJson(world.output, rows);
    else
      world.output.write(
        table(
          rows.map((row) => ({ ...row, account: printable(row.account), username: printable(row.username) })),
        ),
      );
    for (const { account, status, why } of reports)
      if (!status) world.notes.write(`note: ${printable(account)}: ${why.join(' ')}\n`);
    return reports.every(({ status }) => status) ? EXIT.good : EXIT.cannotTell;
  });
}
