import type { TraceRecord } from '../timeline/trace-record.ts';

/** A line of a trace; undefined for one that is none. */
export function recordOf(line: string): TraceRecord | undefined {
  try {
    const record = JSON.parse(line) as Partial<TraceRecord> | null;
    const { at, pid, kind } = record ?? {};
    const isRecord = typeof at === 'number' && typeof pid === 'number' && typeof kind === 'string';
    return isRecord ? (record as TraceRecord) : undefined;
  } catch {
    return undefined;
  }
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
