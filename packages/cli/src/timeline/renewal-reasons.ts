import type { TraceRecord } from './trace-record.ts';

type Told = Extract<TraceRecord, { kind: 'event' }>;

const OUTCOMES: readonly string[] = ['renewed', 'renewal_failed'];

const BECAUSE: Readonly<Record<string, string>> = {
  missing: 'because no token was in hand',
  expired: 'because the token had expired',
  expiring: 'ahead of the end of the token, while requests went on',
  rejected: 'because a server had rejected the token',
  claims: 'because a server asked for claims',
  forced: 'because it was asked for',
  seeded: 'because a new seed was there',
  interrupted: 'because a process had died in a renewal',
};

/**
 * Why each renewal began, which `renewal_started` says and what came of it does not. The renewals of an account follow one
 * another, so the first outcome is that of the first start.
 */
export function renewalReasons(records: readonly TraceRecord[]): Map<TraceRecord, string> {
  const started = new Map<string, Told[]>();
  const reasons = new Map<TraceRecord, string>();
  const events = records.filter((record) => record.kind === 'event');
  for (const event of events) {
    if (event.type !== 'renewal_started') continue;
    const key = event.account ?? '';
    const same = started.get(key);
    if (same) same.push(event);
    else started.set(key, [event]);
  }
  for (const event of events) {
    if (!OUTCOMES.includes(event.type)) continue;
    const reason = started.get(event.account ?? '')?.shift()?.detail;
    if (reason !== undefined)
      reasons.set(event, Object.hasOwn(BECAUSE, reason) ? (BECAUSE[reason] as string) : reason);
  }
  return reasons;
}
