import { ConfigurationError } from '@everbearer/core';
import type { TraceRecord } from './trace-record.ts';

const KINDS: readonly string[] = ['process_started', 'process_ended', 'request', 'event', 'note'];

/** The latest moment that a `Date` can tell. */
const LATEST = 8.64e15;

/**
 * Refuses what is no record of a trace: such a line would be drawn in the wrong place, or left out in silence.
 * @throws {ConfigurationError} that says which record, counted from 0, and what is wrong with it
 */
export function checkRecords(records: readonly TraceRecord[]): void {
  if (!Array.isArray(records)) refuse('records', 'is no list of trace records');
  for (const [index, record] of records.entries()) {
    const fault = faultOf(record);
    if (fault) refuse(`records[${index}]`, fault);
  }
}

function refuse(option: string, fault: string): never {
  throw new ConfigurationError({ option, message: `\`${option}\` ${fault}. Give what a trace wrote.` });
}

function faultOf(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null) return 'is no object';
  const { at, pid, kind } = record as Record<string, unknown>;
  if (!KINDS.includes(kind as string)) return `is of no known kind; known are ${KINDS.join(', ')}`;
  if (!isMoment(at)) return 'needs `at`: milliseconds since 1970';
  if (!Number.isInteger(pid)) return 'needs `pid`: the number of a process';
  return TEXTS[kind as string]?.call(undefined, record as Record<string, unknown>);
}

const isMoment = (value: unknown) => typeof value === 'number' && value >= 0 && value <= LATEST;
const isLength = (value: unknown) => value === undefined || isMoment(value);

function needTexts(record: Record<string, unknown>, names: readonly string[]): string | undefined {
  const missing = names.find((name) => typeof record[name] !== 'string');
  return missing && `needs \`${missing}\`: a text`;
}

/** What each kind must have besides. */
const TEXTS: Readonly<Record<string, (record: Record<string, unknown>) => string | undefined>> = {
  process_started: (record) => needTexts(record, ['name']),
  request: (record) =>
    needTexts(record, ['id', 'method', 'url']) ??
    (isLength(record['durationMs']) ? undefined : 'has a `durationMs` that is no length'),
  event: (record) =>
    needTexts(record, ['type']) ??
    (!isLength(record['durationMs'])
      ? 'has a `durationMs` that is no length'
      : isLength(record['expiresAt'])
        ? undefined
        : 'has an `expiresAt` that is no moment'),
  note: (record) => needTexts(record, ['text']),
};
