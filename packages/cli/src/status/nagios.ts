import { NAGIOS_WORDS, plain } from '../print/nagios-failure.ts';
import { EXIT } from '../world/exit-status.ts';
import { type AccountReport, worstOf } from './account-report.ts';

/** Nagios keeps 8 KiB of what a plugin prints, with a byte that ends it, and cuts what comes then: also in a figure. */
const LARGEST = 8 * 1024 - 1;
/** Half of it is for words. */
const LARGEST_FIGURES = LARGEST / 2;

/**
 * What a plugin of Nagios prints: a line that says how it is, with figures behind a bar; and a line for each account where
 * there are several. Of more accounts than Nagios has room for, the figures are those of all together, and the lines of
 * those that are bad come first.
 * @see https://nagios-plugins.org/doc/guidelines.html
 */
export function nagiosText(reports: readonly AccountReport[], warnDays: number): string {
  const exit = worstOf(reports);
  const bad = reports.filter((report) => report.exit !== EXIT.good);
  const summary =
    reports.length === 1
      ? line(reports[0] as AccountReport)
      : bad.length === 0
        ? `${reports.length} accounts are well`
        : plain(`${bad.length} of ${reports.length} accounts: ${namedFew(bad)}`);
  const figures = figuresFor(reports, warnDays);
  const first = `EVERBEARER ${NAGIOS_WORDS[exit]} - ${summary}${figures && ` | ${figures}`}\n`;
  return reports.length === 1 ? first : first + linesBelow(reports, LARGEST - Buffer.byteLength(first));
}

function line(report: AccountReport): string {
  return plain(`${report.account}: ${sentence(report)}`);
}

/** As many lines as there is room for, in their order; where not all fit, those of bad accounts are put first. */
function linesBelow(reports: readonly AccountReport[], room: number): string {
  const all = reports.map((report) => `${line(report)}\n`);
  if (Buffer.byteLength(all.join('')) <= room) return all.join('');
  const worstFirst = [...reports].sort((a, b) => Number(b.exit !== EXIT.good) - Number(a.exit !== EXIT.good));
  const more = (count: number) => `and ${count} more: everbearer status\n`;
  let text = '';
  for (const [index, report] of worstFirst.entries()) {
    const next = `${line(report)}\n`;
    const rest = more(reports.length - index);
    if (Buffer.byteLength(text + next + rest) > room) return text + rest;
    text += next;
  }
  return text;
}

/** Whoever is woken up reads one line. All of them stand below it. */
const FEW = 5;

function namedFew(bad: readonly AccountReport[]): string {
  const few = bad.slice(0, FEW).map((report) => `${report.account}: ${sentence(report)}`);
  return [...few, ...(bad.length > FEW ? [`and ${bad.length - FEW} more`] : [])].join('; ');
}

function sentence({ status, why, live, exit }: AccountReport): string {
  if (exit !== EXIT.good) return joined([...why, ...placeOf(status)]);
  return [status?.state, daysOf(status), live?.words].filter(Boolean).join(', ');
}

/** Where nobody says how long a refresh token lives, `--warn-days` never warns: whoever reads the line is to know. */
function daysOf(status: AccountReport['status']): string | undefined {
  if (!status?.session) return undefined;
  return `${status.session.daysLeft ?? 'unknown'} days left`;
}

/** A check that runs as another user looks into a store of that user, and would find nobody there for ever. */
function placeOf(status: AccountReport['status']): string[] {
  if (status?.reason !== 'no_credential' || status.location === undefined) return [];
  return [`Nothing is kept in ${status.location}: is this the user of the program that is watched?`];
}

/** Some sentences end with a command to copy, and so without a full stop. */
function joined(sentences: readonly string[]): string {
  const isLast = (at: number) => at === sentences.length - 1;
  return sentences.map((each, at) => (isLast(at) || /[.?]$/.test(each) ? each : `${each};`)).join(' ');
}

/** Those of each account; where they take too much, those of all, whose names stay the same whatever the accounts do. */
function figuresFor(reports: readonly AccountReport[], warnDays: number): string {
  const each = reports.flatMap((report) => figuresOf(report, warnDays)).join(' ');
  if (Buffer.byteLength(each) <= LARGEST_FIGURES) return each;
  const count = (exit: number) => reports.filter((report) => report.exit === exit).length;
  const left = reports.flatMap(({ status }) => status?.session?.daysLeft ?? []);
  return [
    `'accounts'=${reports.length};;;0`,
    ...Object.entries(NAGIOS_WORDS).map(
      ([exit, word]) => `'${word.toLowerCase()}'=${count(Number(exit))};;;0`,
    ),
    ...(left.length > 0 ? [`'least days_left'=${Math.min(...left)};${warnDays}:;0:`] : []),
  ].join(' ');
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
