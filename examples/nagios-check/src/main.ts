import { fileBackend } from '@everbearer/backends/file';
import { AuthError, createTokenManager, type TokenStatus } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { settings } from './settings.ts';

/*
 * A check for Nagios, Icinga and others: one line, and 0, 1, 2 or 3. It reads the store of a program that runs elsewhere, renews
 * nothing, and sends nothing. (`everbearer status --output nagios` does the same without code.)
 */

const WARN_DAYS = Number(process.env['WARN_DAYS'] ?? 14);
const WORDS = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** How bad it is, and why. */
function judge({ state, reason, session, lastFailure, warnings }: TokenStatus): [0 | 1 | 2, string] {
  if (state === 'signed_out' || state === 'reauthorization_required')
    return [2, `a person must sign in (${reason})`];
  if (lastFailure) return [1, `renewals fail: ${lastFailure.code}`];
  if (session?.daysLeft !== undefined && session.daysLeft < WARN_DAYS)
    return [1, `the sign-in ends in ${session.daysLeft} days`];
  if (warnings.length > 0) return [1, warnings.join(' ')];
  return [0, `signed in, ${state}`];
}

await using given = await settings();
const { issuer, clientId, directory } = given;
const provider = oauth2({ issuer, clientId, scopes: ['Mail.Read', 'offline_access'] });
await using tokens = createTokenManager({ provider, backend: fileBackend({ directory }), background: false });

try {
  const status = await tokens.status();
  const [code, words] = judge(status);
  const ageDays = Math.floor((status.session?.ageMs ?? 0) / 86_400_000);
  const figures = `session_age=${ageDays}d renewals=${status.renewals}c`;
  console.log(`TOKENS ${WORDS[code]} - ${status.account}: ${words} | ${figures}`);
  process.exitCode = code;
} catch (error) {
  console.log(`TOKENS UNKNOWN - ${error instanceof AuthError ? error.message : 'the check itself failed'}`);
  process.exitCode = 3;
}
