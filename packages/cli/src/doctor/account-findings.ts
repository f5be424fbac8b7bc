import type { TokenStatus } from '@everbearer/core';
import { failureWords, quoted } from '../print/status-words.ts';
import { amiss, type Finding, sound } from './finding.ts';

/** What the doctor knows besides a status. */
export interface AccountContext {
  /** Whether tokens come from a sign-in. */
  needsPerson: boolean;
  /** The scopes that a sign-in asks for. */
  scopes: readonly string[];
  /** The scopes that the server says it knows. */
  known: readonly string[] | undefined;
  warnDays: number;
}

/** What can be seen of one account. */
export function accountFindings(status: TokenStatus, context: AccountContext): Finding[] {
  const name = `account ${status.account}`;
  const login = `everbearer login --account ${quoted(status.account)}`;
  if (status.state === 'reauthorization_required' || status.state === 'signed_out') {
    const [failure] = failureWords(status);
    const detail = `Nobody is signed in (${status.reason ?? status.state}), so no request gets a token.${failure ? ` ${failure}` : ''}`;
    return [amiss(name, detail, login)];
  }
  const found = [...failureFinding(name, status), ...sessionFinding(name, status, context, login)];
  return found.length > 0 ? found : [sound(name, `It is ${status.state}.`)];
}

function failureFinding(name: string, status: TokenStatus): Finding[] {
  const [failure] = failureWords(status);
  if (failure === undefined) return [];
  return [amiss(name, failure, `Once that is mended: everbearer renew --account ${quoted(status.account)}`)];
}

function sessionFinding(
  name: string,
  { session, account }: TokenStatus,
  { needsPerson, warnDays }: AccountContext,
  login: string,
): Finding[] {
  if (!session) {
    if (!needsPerson) return [];
    return [amiss(name, 'No refresh token is stored: the sign-in ends with its access token.', login)];
  }
  const { daysLeft } = session;
  if (daysLeft === undefined || daysLeft >= warnDays) return [];
  const detail = `Its refresh token ${daysLeft < 0 ? 'is past its end' : `ends in ${daysLeft} days`}; then a person must sign in.`;
  return [amiss(name, detail, daysLeft < 0 ? login : `everbearer renew --account ${quoted(account)}`)];
}

/** A server that knows `offline_access` gives a refresh token only to who asks for it. */
export function scopeFinding({ needsPerson, scopes, known }: AccountContext): Finding[] {
  if (!needsPerson || !known?.includes('offline_access')) return [];
  if (scopes.includes('offline_access')) return [sound('scopes', 'offline_access is among them.')];
  const detail =
    'offline_access is missing in `provider.scopes`: a sign-in brings no refresh token, and ends after an hour or so.';
  // Flags of one login would be forgotten by the next command, and the variable counts for all of this shell.
  const all = [...scopes, 'offline_access'].join(' ');
  return [amiss('scopes', detail, `export EVERBEARER_SCOPES=${quoted(all)} && everbearer login`)];
}
