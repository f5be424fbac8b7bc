import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import { type AccountReport, worstOf } from './account-report.ts';

/** Nagios's own words for its exit statuses, which are ours. */
const WORDS: Readonly<Record<ExitStatus, string>> = { 0: 'OK', 1: 'WARNING', 2: 'CRITICAL', 3: 'UNKNOWN' };

/**
 * What a plugin of Nagios prints: a line that says how it is, with figures behind a bar; and a line for each account where
 * there are several.
 * @see https://nagios-plugins.org/doc/guidelines.html
 */
export function nagiosText(reports: readonly AccountReport[], warnDays: number): string {
  const exit = worstOf(reports);
  const bad = reports.filter((report) => report.exit !== EXIT.good);
  const lines = reports.map((report) => plain(`${report.account}: ${sentence(report)}`));
  const summary =
    reports.length === 1
      ? lines[0]
      : bad.length === 0
        ? `${reports.length} accounts are well`
        : plain(`${bad.length} of ${reports.length} accounts: ${namedFew(bad)}`);
  const figures = reports.flatMap((report) => figuresOf(report, warnDays)).join(' ');
  const first = `EVERBEARER ${WORDS[exit]} - ${summary}${figures && ` | ${figures}`}\n`;
  return reports.length === 1 ? first : first + lines.map((line) => `${line}\n`).join('');
}

/** Nagios keeps 8 KiB, and whoever is woken up reads one line. All of them stand below it. */
const FEW = 5;

function namedFew(bad: readonly AccountReport[]): string {
  const few = bad.slice(0, FEW).map((report) => `${report.account}: ${sentence(report)}`);
  return [...few, ...(bad.length > FEW ? [`and ${bad.length - FEW} more`] : [])].join('; ');
}

/** What is printed where nothing could be looked at: Nagios shows standard output alone. */
export function nagiosFailure(exit: ExitStatus, message: string): string {
  return `EVERBEARER ${WORDS[exit]} - ${plain(message)}\n`;
}

function sentence({ status, why, live, exit }: AccountReport): string {
  if (exit !== EXIT.good) return why.join(' ');
  const left = status?.session?.daysLeft;
  const days = left === undefined ? undefined : `${left} days left`;
  return [status?.state, days, live?.words].filter(Boolean).join(', ');
}

/** `'label'=value[unit];warn;critical;min;max`. A range `14:` warns below 14. */
function figuresOf({ account, status, live }: AccountReport, warnDays: number): string[] {
  const { session, renewals } = status ?? {};
  return [
    session?.daysLeft !== undefined && `${label(account, 'days_left')}=${session.daysLeft};${warnDays}:;0:`,
    session &&
      `${label(account, 'refresh_token_age')}=${Math.max(0, Math.round(session.ageMs / 1_000))}s;;;0`,
    renewals !== undefined && `${label(account, 'renewals')}=${renewals}c`,
    live && `${label(account, 'live')}=${(live.durationMs / 1_000).toFixed(3)}s;;;0`,
  ].filter((figure) => typeof figure === 'string');
}

/** In single quotes, and without the characters that end one. */
function label(account: string, name: string): string {
  return `'${plain(account).replace(/['=]/g, '_')} ${name}'`;
}

/** One line, without the bar that would begin the figures. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('|', '/');
}
