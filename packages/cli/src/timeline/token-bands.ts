import type { TokenBand } from './timeline.ts';
import type { TraceRecord } from './trace-record.ts';

/** When a process began to use a token, as far as is known by then. */
interface Taken {
  from: number;
  fingerprint: string | undefined;
  expiresAt: number | undefined;
}

/** Events that bring a token, or show that there is one. */
const BRINGS: readonly string[] = ['renewed', 'adopted', 'signed_in', 'watch_began'];
/** Events after which none is in hand. */
const ENDS: readonly string[] = ['signed_out', 'reauthorization_required'];

/**
 * The access tokens that one life of a process had in hand for each account, one after the other: told by events, else by the fingerprints of
 * its requests. Each lasts until the next one comes, its own end, or the end of that life.
 */
export function bandsOf(records: readonly TraceRecord[], end: number): TokenBand[] {
  const accounts = Map.groupBy(records, (record) => ('account' in record ? record.account : undefined));
  return [...accounts].flatMap(([account, own]) => bandsOfAccount(own, end, account));
}

function bandsOfAccount(
  records: readonly TraceRecord[],
  end: number,
  account: string | undefined,
): TokenBand[] {
  const taken: (Taken | { from: number; none: true })[] = [];
  for (const record of records) {
    if (record.kind === 'event' && BRINGS.includes(record.type)) takeFromEvent(taken, record);
    else if (record.kind === 'event' && ENDS.includes(record.type))
      taken.push({ from: record.at, none: true });
    else if (record.kind === 'request' && record.fingerprint !== undefined && !record.toTokenEndpoint)
      takeFromRequest(taken, record);
  }
  return taken.flatMap((each, index) => {
    if ('none' in each) return [];
    const next = Math.min(taken[index + 1]?.from ?? end, end);
    const { from, fingerprint, expiresAt = Number.POSITIVE_INFINITY } = each;
    return [
      {
        from,
        to: Math.max(from, Math.min(next, expiresAt)),
        fingerprint,
        account,
        expired: expiresAt < next,
      },
    ];
  });
}

type All = (Taken | { from: number; none: true })[];

function takeFromEvent(taken: All, record: Extract<TraceRecord, { kind: 'event' }>): void {
  const { at, durationMs = 0, fingerprint, expiresAt } = record;
  const last = taken.at(-1);
  const isSame =
    fingerprint !== undefined && last && 'fingerprint' in last && last.fingerprint === fingerprint;
  if (isSame) last.expiresAt = expiresAt ?? last.expiresAt;
  else taken.push({ from: at + durationMs, fingerprint, expiresAt });
}

function takeFromRequest(taken: All, record: Extract<TraceRecord, { kind: 'request' }>): void {
  const { at, fingerprint, tokenLifeMs } = record;
  const expiresAt = tokenLifeMs === undefined ? undefined : at + tokenLifeMs;
  const last = taken.at(-1);
  // A request that was on its way when the new token came still bears the one before.
  const isOlder = taken.some(
    (each) => 'fingerprint' in each && each !== last && each.fingerprint === fingerprint,
  );
  if (isOlder || (last && at < last.from)) return;
  if (last && 'fingerprint' in last && (last.fingerprint ?? fingerprint) === fingerprint) {
    last.fingerprint = fingerprint;
    last.expiresAt ??= expiresAt;
  } else taken.push({ from: at, fingerprint, expiresAt });
}
