import { setTimeout as pause } from 'node:timers/promises';
import { fitted } from '../print/fitted.ts';
import { printable } from '../print/printable.ts';
import { shownError } from '../session/shown-error.ts';
import type { Session } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import type { World } from '../world/world.ts';
import {
  type AccountReport,
  LEVELS,
  lookAtAccounts,
  NO_NAME,
  reportJson,
  worstOf,
} from './account-report.ts';
import { describeAccount } from './describe-account.ts';
import type { StatusOptions } from './status-options.ts';

/** How often the store is looked at. */
const EVERY_MS = 1_000;

/**
 * Shows every account until somebody ends it, and says how it was then: a screen that is drawn anew on a terminal, a line
 * for each change in a pipe.
 */
export async function watchStatus(
  session: Session,
  world: World,
  { form, warnDays }: StatusOptions,
): Promise<ExitStatus> {
  const canDraw = world.output.isTerminal && world.env['TERM'] !== 'dumb';
  const show = canDraw && form === 'text' ? screen(world) : changes(world, form === 'json');
  let exit: ExitStatus = EXIT.cannotTell;
  while (!world.signal.aborted) {
    const reports = await lookAnyway(session, warnDays);
    exit = worstOf(reports);
    show(reports);
    // Nobody reads any more: `everbearer status --watch | head -1`.
    const isRead = await world.output.written().then(
      () => true,
      () => false,
    );
    if (!isRead) break;
    await pause(EVERY_MS, undefined, { signal: world.signal }).catch(() => undefined);
  }
  return exit;
}

/** A store that cannot even list its accounts may be back at the next look. */
export async function lookAnyway(session: Session, warnDays: number): Promise<AccountReport[]> {
  try {
    return await lookAtAccounts(session, warnDays);
  } catch (error) {
    const { code, message } = shownError(error);
    return [{ account: NO_NAME, status: undefined, exit: EXIT.cannotTell, why: [message], code }];
  }
}

const HOME = '\u001b[H';
const TO_END_OF_LINE = '\u001b[K';
const TO_END_OF_SCREEN = '\u001b[J';

/**
 * Draws over what was drawn before, from the top. It changes no mode of the terminal, so there is none to put back, however
 * the process ends; and no line reaches the last column, where a terminal would go on in the next one by itself.
 */
function screen(world: World): (reports: readonly AccountReport[]) => void {
  const { output } = world;
  let isFirst = true;
  return (reports) => {
    const { columns = 80, rows = 24 } = output;
    const lines = reports.flatMap((report) => describeAccount(report, world));
    const fits = [...lines, HINT].flatMap((line) => fitted(line, Math.max(columns - 1, 1)));
    const shown =
      fits.length < rows
        ? fits
        : [...fits.slice(0, Math.max(rows - 2, 0)), more(fits.length - rows + 2, columns)];
    // What stands on the screen goes up to where a person can scroll to it.
    const room = isFirst ? '\n'.repeat(rows) : '';
    isFirst = false;
    output.write(
      `${room}${HOME}${shown.map((line) => `${line}${TO_END_OF_LINE}\n`).join('')}${TO_END_OF_SCREEN}`,
    );
  };
}

const HINT = 'Ctrl-C ends it.';

function more(lines: number, columns: number): string {
  return `(${lines} lines more)`.slice(0, Math.max(columns - 1, 0));
}

/** A line for each account at first, and for each change of it. */
function changes({ output, now }: World, asJson: boolean): (reports: readonly AccountReport[]) => void {
  const before = new Map<string, string>();
  return (reports) => {
    const at = new Date(now()).toISOString();
    // Once the store is out of reach and back, everything is news.
    if (before.has(NO_NAME) !== reports.some(({ account }) => account === NO_NAME)) before.clear();
    for (const report of reports) {
      const standing = standingOf(report);
      if (before.get(report.account) === standing) continue;
      before.set(report.account, standing);
      output.write(
        asJson ? `${JSON.stringify({ at, ...reportJson(report) })}\n` : `${at} ${lineOf(report)}\n`,
      );
    }
  };
}

/** What counts as a change: not that time goes by. */
function standingOf({ exit, code, status }: AccountReport): string {
  const { state, reason, lastRenewedAt, renewals, session, lastFailure, warnings, lastRenewedBy } =
    status ?? {};
  return JSON.stringify([
    exit,
    code,
    state,
    reason,
    lastRenewedAt,
    lastRenewedBy,
    renewals,
    session?.daysLeft,
    lastFailure?.at,
    warnings,
  ]);
}

function lineOf({ account, exit, status, why }: AccountReport): string {
  const state = [status?.state ?? 'cannot_tell', status?.reason].filter(Boolean).join(':');
  const renewed = status?.renewals === undefined ? '' : `renewals=${status.renewals}`;
  return printable([account, LEVELS[exit], state, renewed, why.join(' ')].filter(Boolean).join(' '));
}
