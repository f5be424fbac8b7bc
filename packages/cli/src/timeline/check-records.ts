import { ConfigurationError } from '@everbearer/core';
import type { TraceRecord } from './trace-record.ts';

/** The latest moment that a `Date` can tell. */
const LATEST = 8.64e15;

/**
 * Refuses what is not a record of a trace: such a line would be drawn in the wrong place, or left out in silence.
 * @throws {ConfigurationError} that says which record, counted from 0, and what is wrong with it
 */
export function checkRecords(records: readonly TraceRecord[]): void {
  if (!Array.isArray(records)) refuse('records', 'is not a list of trace records');
  for (const [index, record] of records.entries()) {
    const fault = faultOf(record);
    if (fault) refuse(`records[${index}]`, fault);
  }
}

function refuse(option: string, fault: string): never {
  throw new ConfigurationError({ option, message: `\`${option}\` ${fault}. Give what a trace wrote.` });
}

function faultOf(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null) return 'is not an object';
  const { at, pid, kind } = record as Record<string, unknown>;
  if (typeof kind !== 'string' || !Object.hasOwn(MEMBERS, kind))
    return `has an unknown kind; known are ${Object.keys(MEMBERS).join(', ')}`;
  if (!isMoment(at)) return 'needs `at`: milliseconds since 1970';
  if (!Number.isInteger(pid)) return 'needs `pid`: the number of a process';
  return memberFault(kind, record as Record<string, unknown>);
}

const isMoment = (value: unknown) => typeof value === 'number' && value >= 0 && value <= LATEST;
const isNumber = (value: unknown) => typeof value === 'number' && Math.abs(value) <= LATEST;
const isText = (value: unknown) => typeof value === 'string';

type Rule = readonly [holds: (value: unknown) => boolean, what: string];
const TEXT: Rule = [isText, 'a text'];
const MOMENT: Rule = [isMoment, 'a moment: milliseconds since 1970'];
const LENGTH: Rule = [isMoment, 'a length in milliseconds'];

/** Members that are drawn: those that must be there, and what those that are there must be. */
const MEMBERS: Readonly<Record<string, { needs: readonly string[]; rules: Readonly<Record<string, Rule>> }>> =
  {
    process_started: { needs: ['name'], rules: { name: TEXT } },
    process_ended: { needs: [], rules: { signal: TEXT, exitStatus: [isNumber, 'a number'] } },
    request: {
      needs: ['id', 'method', 'url'],
      rules: {
        ...{
          id: TEXT,
          method: TEXT,
          url: TEXT,
          failure: TEXT,
          fingerprint: TEXT,
          challenge: TEXT,
          notReplayed: TEXT,
        },
        ...{ durationMs: LENGTH, status: [isNumber, 'a number'], replayOf: TEXT, account: TEXT },
        ...{
          tokenAgeMs: [isNumber, 'a length in milliseconds'],
          tokenLifeMs: [isNumber, 'a length in milliseconds'],
        },
      },
    },
    event: {
      needs: ['type'],
      rules: {
        ...{ type: TEXT, account: TEXT, provider: TEXT, detail: TEXT, fingerprint: TEXT },
        ...{ durationMs: LENGTH, expiresAt: MOMENT },
      },
    },
    note: { needs: ['text'], rules: { text: TEXT } },
  };

function memberFault(kind: string, record: Record<string, unknown>): string | undefined {
  const { needs, rules } = MEMBERS[kind] as (typeof MEMBERS)[string];
  for (const [name, [holds, what]] of Object.entries(rules)) {
    // JSON has null where a program had nothing.
    const value = record[name] ?? undefined;
    if (value === undefined ? needs.includes(name) : !holds(value)) return `needs \`${name}\`: ${what}`;
  }
  return undefined;
}
