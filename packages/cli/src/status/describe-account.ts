import type { SessionStatus, TokenStatus } from '@everbearer/core';
import { type BarStyle, bar, barStyle } from '../print/bar.ts';
import { duration, whenIs } from '../print/durations.ts';
import { painter } from '../print/paint.ts';
import { printable } from '../print/printable.ts';
import { renewerWords } from '../print/status-words.ts';
import type { World } from '../world/world.ts';
import type { AccountReport } from './account-report.ts';

/** What a person is shown of an account. */
export interface Fact {
  name: string;
  words: string;
  /** Of a whole, where that can be drawn. */
  share?: number | undefined;
}

const COLOURS = { 0: 'green', 1: 'yellow', 2: 'red', 3: 'magenta' } as const;
const NAME_COLUMNS = 15;

/** An account in lines, with bars where there is room for them. */
export function describeAccount(report: AccountReport, { output, env, now }: World): string[] {
  const { account, status, exit, why } = report;
  const paint = painter(output, env);
  const state = status ? [status.state, status.reason].filter(Boolean).join(': ') : 'cannot tell';
  const style = barStyle(output, env);
  return [
    `${paint('bold', printable(account))}  ${paint(COLOURS[exit], state)}`,
    ...factsOf(report, now()).map((fact) => factLine(fact, style, output.columns)),
    ...why.map((sentence) => paint(COLOURS[exit], `  ! ${printable(sentence)}`)),
  ];
}

function factLine({ name, words, share }: Fact, style: BarStyle, columns: number | undefined): string {
  const start = `  ${name.padEnd(NAME_COLUMNS)} `;
  const text = printable(words);
  const room = columns === undefined ? undefined : columns - start.length - text.length - 1;
  const drawn = share === undefined ? '' : bar(share, style, room);
  return `${start}${drawn}${drawn && ' '}${text}`;
}

/** What a person is told of an account. */
export function factsOf({ status, live, renewerLives }: AccountReport, now: number): Fact[] {
  if (!status) return live ? [{ name: 'live', words: live.words }] : [];
  const { session, lastRenewedAt, lastRenewedBy, renewals, username } = status;
  const by = lastRenewedBy === undefined ? '' : `, ${renewerWords(lastRenewedBy, renewerLives)}`;
  const facts: (Fact | undefined)[] = [
    username === undefined ? undefined : { name: 'signed in as', words: username },
    accessTokenFact(status, now),
    session && sessionFact(session),
    renewals === 0 || lastRenewedAt === undefined
      ? undefined
      : { name: 'last renewal', words: `${whenIs(lastRenewedAt, now)}, ${renewals} in all${by}` },
    status.lastFailure && { name: 'last failure', words: whenIs(status.lastFailure.at, now) },
    live && { name: 'live', words: live.words },
    { name: 'guarantee', words: `${status.guarantee}${status.durable ? '' : ', lost with this process'}` },
    status.location === undefined ? undefined : { name: 'kept in', words: status.location },
  ];
  return facts.filter((fact) => fact !== undefined);
}

/** Its bar is the life that is left. */
function accessTokenFact(
  { accessTokenExpiresAt: end, lastRenewedAt: begin }: TokenStatus,
  now: number,
): Fact | undefined {
  if (end === undefined) return undefined;
  const share = begin === undefined || end <= begin ? undefined : (end - now) / (end - begin);
  return { name: 'access token', words: `${end > now ? 'ends' : 'ended'} ${whenIs(end, now)}`, share };
}

/** Its bar is the age: full where it is past its end. */
function sessionFact({ ageMs, issuedAt, expiresAt, daysLeft }: SessionStatus): Fact {
  const share = expiresAt === undefined ? undefined : ageMs / (expiresAt - issuedAt);
  return { name: 'refresh token', words: `${duration(ageMs)} old, ${daysWords(daysLeft)}`, share };
}

function daysWords(left: number | undefined): string {
  if (left === undefined) return 'its end is not known';
  if (left < 0) return 'past its end';
  return left === 1 ? '1 day left' : `${left} days left`;
}
