import { randomBytes } from 'node:crypto';
import type { ProcessEnd } from '@everbearer/testing/supervise';
import { type TraceRecord, timelinePage } from 'everbearer/timeline';

/** Everything that was seen of a run, by all of its processes. */
export interface Trace {
  /** For fingerprints: the same token has the same one in every process. */
  readonly key: string;
  add(record: TraceRecord): void;
  /** What the demonstration does from now on. */
  note(text: string): void;
  started(name: string, pid: number): void;
  ended(pid: number, how: ProcessEnd): void;
  /** The run as a page of HTML. */
  page(): string;
}

const INTRO =
  'The library, the processes, their stores and every request are real. The sign-in server and the mail server are local, and make all this trouble. Tokens live three seconds here.';

export function createTrace(): Trace {
  const records: TraceRecord[] = [];
  const add = (record: TraceRecord) => void records.push(record);
  const stamp = (pid: number) => ({ at: Date.now(), pid });
  return {
    key: randomBytes(16).toString('hex'),
    add,
    note: (text) => add({ ...stamp(process.pid), kind: 'note', text }),
    started: (name, pid) => add({ ...stamp(pid), kind: 'process_started', name }),
    ended: (pid, { code, signal }) =>
      add({
        ...stamp(pid),
        kind: 'process_ended',
        exitStatus: code ?? undefined,
        signal: signal ?? undefined,
      }),
    page: () =>
      timelinePage(records, { title: 'An inbox monitor, and all that goes wrong around it', intro: INTRO }),
  };
}
