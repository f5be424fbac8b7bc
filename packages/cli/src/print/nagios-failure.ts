import type { ExitStatus } from '../world/exit-status.ts';

/** Nagios's own words for its exit statuses, which are ours. */
export const NAGIOS_WORDS: Readonly<Record<ExitStatus, string>> = {
  0: 'OK',
  1: 'WARNING',
  2: 'CRITICAL',
  3: 'UNKNOWN',
};

/** What is printed where nothing could be looked at: Nagios shows standard output alone. */
export function nagiosFailure(exit: ExitStatus, message: string): string {
  return `EVERBEARER ${NAGIOS_WORDS[exit]} - ${plain(message)}\n`;
}

/** Whether a command line is that of a check for Nagios, also where something else in it is wrong. */
export function isForNagios(argv: readonly string[]): boolean {
  const isNagios = (word: string, at: number) =>
    word === '--output=nagios' || (word === '--output' && argv[at + 1] === 'nagios');
  return argv.includes('status') && argv.some(isNagios);
}

/** One line, without the bar that would begin the figures. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('|', '/');
}
