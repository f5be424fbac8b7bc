import { AuthError, ConfigurationError, type TokenStatus } from '@everbearer/core';
import { duration, whenIs } from '../print/durations.ts';
import { painter } from '../print/paint.ts';
import { printJson } from '../print/print-json.ts';
import type { CommandInput } from '../session/command-input.ts';
import { type Session, withAccounts } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus, worst } from '../world/exit-status.ts';
import { type Judgement, judgeStatus } from './judge-status.ts';

interface Row extends Judgement {
  account: string;
  status: TokenStatus | undefined;
  code?: string;
}

const LEVELS: Readonly<Record<ExitStatus, string>> = {
  0: 'good',
  1: 'warning',
  2: 'sign_in',
  3: 'cannot_tell',
};

/** Each account: where it stands, and what that means. */
export async function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  const warnDays = daysOf(options['warnDays']);
  const lookAtAll = async (session: Session) => {
    const names = await session.names();
    return Promise.all(names.map((name) => look(session, name, warnDays)));
  };
  const rows = await withAccounts(input, lookAtAll, { showsWarnings: true });
  const exit = worst(rows.map((row) => row.exit));
  if (options.json) {
    const accounts = rows.map(({ account, status, exit, why, code }) => ({
      level: LEVELS[exit],
      why,
      code,
      account,
      ...status,
    }));
    printJson(world.output, { level: LEVELS[exit], accounts });
  } else for (const row of rows) world.output.write(described(row, input));
  return exit;
}

/** One account that cannot be read does not hide the others. */
async function look({ accounts, setup }: Session, account: string, warnDays: number): Promise<Row> {
  try {
    const status = await accounts.for(account).status();
    return { account, status, ...judgeStatus(status, warnDays, setup.provider.acquire === undefined) };
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return { account, status: undefined, exit: EXIT.cannotTell, why: [error.message], code: error.code };
  }
}

function daysOf(text: unknown): number {
  const days = Number(text ?? 14);
  if (Number.isInteger(days) && days >= 0) return days;
  throw new ConfigurationError({
    option: '--warn-days',
    message: '--warn-days takes a number of days, 0 or more.',
  });
}

const COLOURS = { 0: 'green', 1: 'yellow', 2: 'red', 3: 'magenta' } as const;

function described({ account, status, exit, why }: Row, { world }: CommandInput): string {
  const paint = painter(world.output, world.env);
  const state = status ? [status.state, status.reason].filter(Boolean).join(': ') : 'cannot tell';
  const lines = [`${paint('bold', account)}  ${paint(COLOURS[exit], state)}`];
  for (const [name, words] of status ? factsOf(status, world.now()) : [])
    lines.push(`  ${name.padEnd(15)} ${words}`);
  for (const sentence of why) lines.push(paint(COLOURS[exit], `  ! ${sentence}`));
  return `${lines.join('\n')}\n`;
}

function factsOf(status: TokenStatus, now: number): [string, string][] {
  const { accessTokenExpiresAt: end, session, lastRenewedAt, renewals, username } = status;
  const left = session?.daysLeft;
  const kept = status.durable ? '' : ', lost with this process';
  const facts: [string, string | undefined][] = [
    ['signed in as', username],
    ['access token', end === undefined ? undefined : `${end > now ? 'ends' : 'ended'} ${whenIs(end, now)}`],
    [
      'refresh token',
      session &&
        `${duration(session.ageMs)} old, ${left === undefined ? 'its end is not known' : `${left} days left`}`,
    ],
    [
      'last renewal',
      lastRenewedAt === undefined ? undefined : `${whenIs(lastRenewedAt, now)}, ${renewals} in all`,
    ],
    ['guarantee', `${status.guarantee}${kept}`],
    ['kept in', status.location],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}
