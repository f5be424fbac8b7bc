import type { TokenStatus } from '@everbearer/core';
import { duration } from '../print/durations.ts';
import { failureWords, quoted } from '../print/status-words.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';

/** What a status means for whoever watches it. */
export interface Judgement {
  exit: ExitStatus;
  /** Why it is not good, in sentences. */
  why: string[];
}

/** Of an account whose seed waits for the first call: whether the server takes it, that call shows. */
export function judgeUnused({ account }: TokenStatus): Judgement {
  const why = `Nothing is stored yet: the next call begins with the seed. Begin now: everbearer renew --account ${quoted(account)}`;
  return { exit: EXIT.warning, why: [why] };
}

/**
 * @param warnDays - warn when the refresh token has fewer days left
 * @param needsPerson - whether tokens come from a sign-in, so that there should be a refresh token
 */
export function judgeStatus(status: TokenStatus, warnDays: number, needsPerson: boolean): Judgement {
  const { state, reason, session, account } = status;
  if (state === 'reauthorization_required' || state === 'signed_out') {
    const why = `A person must sign in (${reason ?? state}): everbearer login --account ${quoted(account)}`;
    return { exit: EXIT.signIn, why: [why, ...failureWords(status)] };
  }
  if (state === 'unknown') {
    return { exit: EXIT.cannotTell, why: ['The store is being looked at for the first time. Ask again.'] };
  }
  const why = [
    ...failureWords(status),
    ...sessionWords(status, warnDays),
    ...(needsPerson && !session
      ? ['No refresh token is stored: the sign-in ends with its access token.']
      : []),
    ...status.warnings,
  ];
  return { exit: why.length > 0 ? EXIT.warning : EXIT.good, why };
}

function sessionWords({ session, account }: TokenStatus, warnDays: number): string[] {
  const left = session?.daysLeft;
  if (!session || left === undefined || left >= warnDays) return [];
  const age = `It is ${duration(session.ageMs)} old.`;
  if (left < 0)
    return [
      `The refresh token is past its end. ${age} Sign in again: everbearer login --account ${quoted(account)}`,
    ];
  const days = left === 1 ? '1 day' : `${left} days`;
  return [
    `The refresh token ends in ${days}. ${age} Renew it: everbearer renew --account ${quoted(account)}`,
  ];
}
