import { AuthError, type TokenStatus } from '@everbearer/core';
import type { Session } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus, worst } from '../world/exit-status.ts';
import { type Judgement, judgeStatus } from './judge-status.ts';
import type { LiveProof } from './live-proof.ts';

/** One account: where it stands, and what that means. */
export interface AccountReport extends Judgement {
  account: string;
  /** Undefined where the store cannot tell. */
  status: TokenStatus | undefined;
  /** Why the store cannot tell, as the code of its error. */
  code?: string | undefined;
  /** What a real call showed, where one was made. */
  live?: LiveProof | undefined;
  /** Whether the process that made the last renewal is alive; undefined where that cannot be told from here. */
  renewerLives?: boolean | undefined;
}

/** What each exit status is called in JSON. */
export const LEVELS: Readonly<Record<ExitStatus, string>> = {
  0: 'good',
  1: 'warning',
  2: 'sign_in',
  3: 'cannot_tell',
};

/** Looks at every account that is meant. One that cannot be read does not hide the others. */
export async function lookAtAccounts(session: Session, warnDays: number): Promise<AccountReport[]> {
  const names = await session.names();
  const unread = unreadReports(session);
  return [...(await Promise.all(names.map((name) => lookAt(session, name, warnDays)))), ...unread];
}

/** The name in a report where no account can be named. */
export const NO_NAME = '*';

/** Records that cannot be read: they do not tell whose they are, and somebody's tokens are in them. */
export function unreadReports({ passedOver }: Session): AccountReport[] {
  return passedOver.map((message) => ({
    account: NO_NAME,
    status: undefined,
    exit: EXIT.cannotTell,
    why: [message],
    code: 'damaged',
  }));
}

/** Looks at one account. */
export async function lookAt(
  { accounts, setup }: Session,
  account: string,
  warnDays: number,
): Promise<AccountReport> {
  try {
    const status = await accounts.for(account).status();
    const { lastRenewedBy: by } = status;
    return {
      account,
      status,
      ...judgeStatus(status, warnDays, setup.provider.acquire === undefined),
      renewerLives: by === undefined ? undefined : setup.backend.isHolderAlive?.(by),
    };
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return { account, status: undefined, exit: EXIT.cannotTell, why: [error.message], code: error.code };
  }
}

/** What machines read of an account. */
export function reportJson({ account, status, exit, why, code, live, renewerLives }: AccountReport): object {
  return { level: LEVELS[exit], why, code, account, ...status, renewerLives, live };
}

/** How all of them together stand. */
export function worstOf(reports: readonly AccountReport[]): ExitStatus {
  return worst(reports.map(({ exit }) => exit));
}
