import { resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import { nagiosFailure } from '../print/nagios-failure.ts';
import { printJson } from '../print/print-json.ts';
import type { CommandInput } from '../session/command-input.ts';
import { errorStatus, shownError } from '../session/shown-error.ts';
import { type Session, withAccounts } from '../session/with-accounts.ts';
import { type AccountReport, LEVELS, lookAtAccounts, reportJson, worstOf } from '../status/account-report.ts';
import { describeAccount } from '../status/describe-account.ts';
import { type StatusOptions, statusOptions } from '../status/status-options.ts';
import type { ExitStatus } from '../world/exit-status.ts';
import type { World } from '../world/world.ts';

/** What the store warns of is part of what is said of an account. */
const SHOWS_WARNINGS = { showsWarnings: true };

/** Each account: where it stands, and what that means. */
export async function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  if (options['output'] === 'nagios') return forNagios(input);
  const told = statusOptions(options);
  if (told.watch) {
    const watch = told.web
      ? (await import('../web/serve-status-page.ts')).serveStatusPage
      : (await import('../status/watch-status.ts')).watchStatus;
    return withAccounts(input, (session) => watch(session, world, told), {
      ...SHOWS_WARNINGS,
      onEvent: () => undefined,
    });
  }
  const reports = await withAccounts(input, (session) => examine(session, world, told), SHOWS_WARNINGS);
  await print(reports, told, world);
  return worstOf(reports);
}

async function examine(
  session: Session,
  world: World,
  { warnDays, live }: StatusOptions,
): Promise<AccountReport[]> {
  if (live === undefined) return lookAtAccounts(session, warnDays);
  const { proveAccounts } = await import('../status/prove-accounts.ts');
  return proveAccounts(session, { text: live, warnDays, signal: world.signal });
}

async function print(
  reports: readonly AccountReport[],
  { form, file }: StatusOptions,
  world: World,
): Promise<void> {
  const { output } = world;
  if (form === 'json') {
    printJson(output, { level: LEVELS[worstOf(reports)], accounts: reports.map(reportJson) });
  } else if (form === 'prometheus') {
    const { prometheusText } = await import('../status/prometheus.ts');
    const text = prometheusText(reports);
    if (file === undefined) output.write(text);
    else await intoFile(resolve(world.directory, file), text);
  } else {
    for (const report of reports) output.write(`${describeAccount(report, world).join('\n')}\n`);
  }
}

/** Nagios reads standard output alone, also where nothing could be looked at. */
async function forNagios(input: CommandInput): Promise<ExitStatus> {
  const { nagiosText } = await import('../status/nagios.ts');
  const { output } = input.world;
  try {
    const told = statusOptions(input.options);
    const reports = await withAccounts(
      input,
      (session) => examine(session, input.world, told),
      SHOWS_WARNINGS,
    );
    output.write(nagiosText(reports, told.warnDays));
    return worstOf(reports);
  } catch (error) {
    const exit = errorStatus(error);
    output.write(nagiosFailure(exit, shownError(error).message));
    return exit;
  }
}

async function intoFile(path: string, text: string): Promise<void> {
  const { replaceFile } = await import('../world/replace-file.ts');
  try {
    await replaceFile(path, text);
  } catch (error) {
    const { code = 'unwritable' } = error as { code?: string };
    const what = code === 'ENOTFILE' ? 'is not a regular file' : `cannot be written (${code})`;
    const message = `${path} ${what}. Its folder must exist and be writable for this user; the file that is there was left as it is.`;
    throw new ConfigurationError({ option: '--file', message, cause: error });
  }
}
