import { parseChallenges } from '@everbearer/core/adapter';
import { duration } from '../print/durations.ts';
import type { EventRecord, RequestRecord, TraceRecord } from '../timeline/trace-record.ts';
import type { Refusal } from './refusal.ts';

/** Events after which a token is another one. */
const BRINGS_TOKENS: Readonly<Record<string, string>> = {
  renewed: 'a renewal',
  adopted: 'a renewal of another process',
  signed_in: 'a sign-in',
};

type At<Part> = Part & { at: number; pid: number };

/**
 * The answers 401 and 403 of a trace, in the order of time.
 * @param records - as they stand in the end, by time
 */
export function refusalsInTrace(records: readonly TraceRecord[]): Refusal[] {
  const requests = records.filter((record): record is At<RequestRecord> => record.kind === 'request');
  const events = records.filter((record): record is At<EventRecord> => record.kind === 'event');
  return requests
    .filter(({ status }) => status === 401 || status === 403)
    .map((request) => ({
      ...request,
      status: request.status,
      challenges: parseChallenges(request.challenge),
      replay: replayOf(request, requests),
      broughtBy: request.headerFrom === 'everbearer' ? broughtBy(request, events) : undefined,
    }));
}

function replayOf({ id, pid }: At<RequestRecord>, requests: readonly At<RequestRecord>[]): Refusal['replay'] {
  const again = requests.find((each) => each.pid === pid && each.replayOf === id);
  return again && { id: again.id, status: again.status, fingerprint: again.fingerprint };
}

/** The last event before it that brought tokens of this account to this process. */
function broughtBy({ at, pid, account }: At<RequestRecord>, events: readonly At<EventRecord>[]): string {
  const event = events.findLast(
    (each) =>
      each.pid === pid &&
      each.account === account &&
      each.at <= at &&
      Object.hasOwn(BRINGS_TOKENS, each.type),
  );
  return event
    ? `${BRINGS_TOKENS[event.type]} ${duration(at - event.at)} before`
    : 'the store: this process has not renewed it';
}
