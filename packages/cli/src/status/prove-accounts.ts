import type { Session } from '../session/with-accounts.ts';
import { EXIT, worst } from '../world/exit-status.ts';
import { type AccountReport, lookAt, unreadReports } from './account-report.ts';
import { type LiveProof, liveProof, liveUrlOf } from './live-proof.ts';

/** An API that is called for hundreds of accounts at once answers 429, which proves nothing. */
const AT_ONCE = 8;

/**
 * Proves the token of every account that is meant on a real call, and tells where it stands afterwards.
 * @throws {ConfigurationError} for an address to which the token may not go; nothing is sent then
 */
export async function proveAccounts(
  session: Session,
  { text, warnDays, signal }: { text: string; warnDays: number; signal: AbortSignal },
): Promise<AccountReport[]> {
  const { origins } = session.setup;
  const url = liveUrlOf(text, origins);
  const names = await session.names();
  const unread = unreadReports(session);
  const prove = async (name: string) => {
    const live = await liveProof(session.accounts.for(name), { url, origins, signal });
    return withProof(await lookAt(session, name, warnDays), live);
  };
  const proved: AccountReport[] = [];
  while (proved.length < names.length) {
    const next = names.slice(proved.length, proved.length + AT_ONCE);
    proved.push(...(await Promise.all(next.map(prove))));
  }
  return [...proved, ...unread];
}

/** What a call showed counts besides what the store says; the cause is not told twice. */
function withProof(report: AccountReport, live: LiveProof): AccountReport {
  const exit = worst([report.exit, live.exit]);
  const isTold = live.exit === EXIT.good || (report.exit === EXIT.signIn && live.exit === EXIT.signIn);
  return { ...report, live, exit, why: isTold ? report.why : [`Live: ${live.words}`, ...report.why] };
}
