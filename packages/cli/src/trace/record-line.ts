import { duration } from '../print/durations.ts';
import { printable } from '../print/printable.ts';
import type { EventRecord, RequestRecord, TraceRecord } from '../timeline/trace-record.ts';

/** A record for a person, in one line; undefined for one that says nothing to a person. */
export function recordLine(record: TraceRecord): string | undefined {
  const words = wordsOf(record);
  return words && printable(`trace ${clockTime(record.at)} [${record.pid}] ${words}`);
}

function wordsOf(record: TraceRecord): string | undefined {
  if (record.kind === 'request') {
    const { id, notReplayed } = record;
    return notReplayed ? `request ${id} was not sent again: ${notReplayed}` : requestWords(record);
  }
  if (record.kind === 'event') return eventWords(record);
  return record.kind === 'process_ended' && record.signal ? `ended by ${record.signal}` : undefined;
}

function requestWords(record: RequestRecord): string {
  const { method, url, status, failure, durationMs, challenge, replayOf, toTokenEndpoint } = record;
  const outcome = status ?? failure ?? 'no answer';
  const time = durationMs === undefined ? '' : ` in ${milliseconds(durationMs)}`;
  const facts = [
    toTokenEndpoint ? 'token endpoint' : tokenWords(record),
    replayOf && `repeats ${replayOf}`,
    challenge && `asks: ${challenge}`,
  ].filter(Boolean);
  return `${record.id} ${method} ${url} ${outcome}${time}; ${facts.join('; ')}`;
}

type TokenFacts = Pick<
  RequestRecord,
  'headerFrom' | 'headerHolds' | 'fingerprint' | 'account' | 'tokenAgeMs' | 'tokenLifeMs'
>;

/** Which token, from whom, how old. */
export function tokenWords({
  headerFrom,
  headerHolds,
  fingerprint,
  account,
  tokenAgeMs,
  tokenLifeMs,
}: TokenFacts): string {
  if (headerFrom === 'nobody') return 'no Authorization header';
  if (fingerprint === undefined) {
    const what =
      headerHolds === 'other' ? 'another credential than a token' : 'nothing in its Authorization header';
    return `${what}, set by the program`;
  }
  const from = headerFrom === 'everbearer' ? `everbearer${account ? `, ${account}` : ''}` : 'the program';
  const facts = [
    from,
    tokenAgeMs !== undefined && `${duration(tokenAgeMs)} old`,
    tokenLifeMs !== undefined &&
      (tokenLifeMs > 0 ? `${duration(tokenLifeMs)} left` : `ended ${duration(tokenLifeMs)} ago`),
  ].filter(Boolean);
  return `token ${fingerprint} (${facts.join(', ')})`;
}

function eventWords({ type, account, durationMs, detail }: EventRecord): string {
  const time = durationMs === undefined ? '' : ` in ${milliseconds(durationMs)}`;
  return `${type}${account ? ` (${account})` : ''}${time}${detail ? `: ${detail}` : ''}`;
}

function milliseconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function clockTime(at: number): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const millis = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${millis}`;
}
