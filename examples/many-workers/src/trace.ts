import type { AuthEvent } from '@everbearer/core';
import type { ProcessEnd } from '@everbearer/testing/supervise';
import { type TraceRecord, timelinePage } from 'everbearer/timeline';
import type { FromWorker } from './worker-messages.ts';

/** What the supervisor saw of a run, for the page. */
export interface Trace {
  /** What the demonstration does from now on. */
  note(text: string): void;
  started(name: string, pid: number): void;
  ended(pid: number, how: ProcessEnd): void;
  told(pid: number, message: FromWorker): void;
  /** The run as a page of HTML. */
  page(): string;
}

const INTRO =
  'Four workers call for three people, on tokens that live four seconds and that they share in Redis. The library, Redis, the processes and every request are real; the sign-in server and the mail server are local. A request is as its caller sees it: with all waiting, renewals and replays.';

export function createTrace(): Trace {
  const records: TraceRecord[] = [];
  const add = (pid: number, record: Omit<TraceRecord, 'at' | 'pid'>, ms = 0) =>
    void records.push({ at: Date.now() - ms, pid, ...record } as TraceRecord);
  return {
    note: (text) => add(process.pid, { kind: 'note', text } as TraceRecord),
    started: (name, pid) => add(pid, { kind: 'process_started', name } as TraceRecord),
    ended: (pid, { code, signal }) =>
      add(pid, {
        kind: 'process_ended',
        exitStatus: code ?? undefined,
        signal: signal ?? undefined,
      } as TraceRecord),
    told(pid, message) {
      if (message.type === 'event') {
        const { event, account, ms, detail, expiresAt } = message;
        add(
          pid,
          { kind: 'event', type: event, account, durationMs: ms, detail, expiresAt } as TraceRecord,
          ms,
        );
      } else {
        const { id, url, ms, account } = message;
        const outcome = message.ok ? { status: 200 } : { failure: message.message };
        const request = { kind: 'request', id: String(id), method: 'GET', url, durationMs: ms, account };
        add(pid, { ...request, ...outcome } as unknown as TraceRecord, ms);
      }
    },
    page: () =>
      timelinePage(records, { title: 'Four workers, one Redis, and no session lost', intro: INTRO }),
  };
}

/** What an event says besides its type; the errors in it stay in their process. */
export function detailOf(event: AuthEvent): string | undefined {
  if ('error' in event) return event.error?.message;
  return 'reason' in event ? event.reason : undefined;
}
