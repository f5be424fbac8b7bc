import type { TokenStatus } from '@everbearer/core';
import { renewerWords } from '../print/status-words.ts';
import type { AccountReport } from '../status/account-report.ts';
import type { EventRecord, TraceRecord } from '../timeline/trace-record.ts';

/** Older ones are forgotten: somebody may watch for months. */
const MOST = 10_000;

/** What happened to accounts, found by comparing one look with the next. */
export interface StatusChanges {
  /** Takes the next look. */
  look(accounts: readonly AccountReport[], now: number): void;
  readonly records: readonly TraceRecord[];
}

export function statusChanges(pid: number): StatusChanges {
  const before = new Map<string, TokenStatus>();
  const records: TraceRecord[] = [];
  return {
    records,
    look(accounts, now) {
      for (const { account, status, renewerLives } of accounts) {
        if (!status) continue;
        const last = before.get(account);
        const events = last
          ? changesOf(last, status, now, renewerLives)
          : [{ at: now, ...beginning(status) }];
        records.push(...events.map((event) => ({ pid, account, ...event })));
        before.set(account, status);
      }
      records.splice(0, records.length - MOST);
    },
  };
}

type Change = EventRecord & { at: number };

const event = (type: string, at: number, more: Partial<EventRecord> = {}): Change => ({
  kind: 'event',
  type,
  at,
  ...more,
});

function beginning({ accessTokenExpiresAt: expiresAt }: TokenStatus): EventRecord {
  return { kind: 'event', type: 'watch_began', expiresAt };
}

function changesOf(
  last: TokenStatus,
  status: TokenStatus,
  now: number,
  renewerLives: boolean | undefined,
): Change[] {
  const { signedInAt, lastRenewedAt, accessTokenExpiresAt: expiresAt, lastFailure, state, reason } = status;
  const isNew = (name: 'signedInAt' | 'lastRenewedAt') =>
    status[name] !== undefined && status[name] !== last[name];
  const hasFailed = lastFailure !== undefined && lastFailure.at !== last.lastFailure?.at;
  const isOver = state !== last.state && (state === 'reauthorization_required' || state === 'signed_out');
  const { lastRenewedBy } = status;
  const by = lastRenewedBy === undefined ? undefined : renewerWords(lastRenewedBy, renewerLives);
  // Times are by the clock of the process that did it, which may run on another machine.
  const moment = (at: number | undefined) => Math.min(at ?? now, now);
  return [
    ...(isNew('signedInAt') ? [event('signed_in', moment(signedInAt), { expiresAt })] : []),
    ...(isNew('lastRenewedAt') && !isNew('signedInAt')
      ? [event('renewed', moment(lastRenewedAt), { expiresAt, detail: by })]
      : []),
    ...(hasFailed
      ? [event('renewal_failed', moment(lastFailure.at), { detail: failureDetail(lastFailure) })]
      : []),
    ...(isOver ? [event(state, now, { detail: reason })] : []),
  ];
}

function failureDetail({ code, message, description }: NonNullable<TokenStatus['lastFailure']>): string {
  return [code, message ?? description].filter(Boolean).join(': ');
}
