import type { TraceRecord } from '../timeline/trace-record.ts';

/** Members that are texts, and members that are numbers, where they are there. */
const TEXTS =
  'id method url failure headerFrom headerHolds fingerprint account provider challenge replayOf notReplayed type detail name signal'.split(
    ' ',
  );
const NUMBERS = 'durationMs status tokenAgeMs tokenLifeMs exitStatus'.split(' ');

/** The last instant that a `Date` can tell. */
const LAST_INSTANT = 8.64e15;

/** The record in a line of a trace; undefined where the line holds none. */
export function recordOf(line: string): TraceRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const record = JSON.parse(line) as Record<string, unknown>;
    return isRecord(record) ? (record as unknown as TraceRecord) : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(record: Readonly<Record<string, unknown>>): boolean {
  const { at, pid, kind } = record;
  if (typeof at !== 'number' || typeof pid !== 'number' || typeof kind !== 'string') return false;
  if (Math.abs(at) > LAST_INSTANT) return false;
  const isAll = (names: readonly string[], type: string) =>
    names.every((name) => record[name] === undefined || typeof record[name] === type);
  return isAll(TEXTS, 'string') && isAll(NUMBERS, 'number');
}

/**
 * The records as they stand in the end, by time: of a request that was written again, since more became known of it, the later
 * one.
 */
export function settledRecords(records: readonly TraceRecord[]): TraceRecord[] {
  const settled = new Map<unknown, TraceRecord>();
  for (const record of records)
    settled.set(record.kind === 'request' ? `${record.pid} ${record.id}` : record, record);
  return [...settled.values()].sort((a, b) => a.at - b.at);
}
