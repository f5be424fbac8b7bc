import { expect, test } from 'vitest';
import type { TraceRecord } from '../../src/timeline/trace-record.ts';
import { recordLine } from '../../src/trace/record-line.ts';
import { TraceSummary } from '../../src/trace/trace-summary.ts';

const at = new Date(2026, 10, 28, 14, 3, 7, 5).getTime();
const line = (more: object) =>
  recordLine({ at, pid: 7, ...more } as TraceRecord)?.replace('trace 14:03:07.005 [7] ', '');
const request = { kind: 'request', id: '3', method: 'GET', url: 'https://a.example/me', durationMs: 1_234 };

test.each([
  [
    { ...request, status: 200, headerFrom: 'nobody' },
    '3 GET https://a.example/me 200 in 1.2 s; no Authorization header',
  ],
  [
    { ...request, failure: 'aborted', headerFrom: 'program', headerHolds: 'nothing' },
    '3 GET https://a.example/me aborted in 1.2 s; nothing in its Authorization header, set by the program',
  ],
  [
    { ...request, status: 200, headerFrom: 'program', headerHolds: 'other' },
    '3 GET https://a.example/me 200 in 1.2 s; another credential than a token, set by the program',
  ],
  [
    {
      ...request,
      status: 401,
      headerFrom: 'everbearer',
      fingerprint: 'aa',
      account: 'ops',
      tokenAgeMs: 5_000,
      tokenLifeMs: -65_000,
      challenge: 'Bearer',
      replayOf: '2',
    },
    '3 GET https://a.example/me 401 in 1.2 s; token aa (everbearer, ops, 5 s old, ended 1 min ago); repeats 2; asks: Bearer',
  ],
  [
    { ...request, status: 200, toTokenEndpoint: true },
    '3 GET https://a.example/me 200 in 1.2 s; token endpoint',
  ],
  [{ ...request, notReplayed: 'why' }, 'request 3 was not sent again: why'],
  [
    { kind: 'event', type: 'renewed', account: 'ops', durationMs: 20, detail: 'd' },
    'renewed (ops) in 20 ms: d',
  ],
  [{ kind: 'process_ended', signal: 'SIGKILL' }, 'ended by SIGKILL'],
  [{ kind: 'process_ended', exitStatus: 1 }, undefined],
  [{ kind: 'process_started', name: 'a' }, undefined],
  [{ kind: 'note', text: 'a' }, undefined],
])('%j', (record, words) => {
  expect(line(record)).toBe(words);
});

test('a trace in one line: each request once, however often it is written', () => {
  const summary = new TraceSummary();
  expect(summary.words(true)).toContain('nothing was traced');
  const add = (more: object) => {
    const record = { at, pid: 7, ...more } as TraceRecord;
    if (summary.isNews(record)) summary.add(record);
  };
  add({ kind: 'process_ended' });
  add({ kind: 'process_started', name: 'a' });
  add({ ...request, status: 401, headerFrom: 'everbearer' });
  add({ ...request, status: 401, headerFrom: 'everbearer', notReplayed: 'why' });
  add({ ...request, id: '4', status: 401, headerFrom: 'nobody' });
  add({ ...request, id: '5', failure: 'aborted' });
  expect(summary.words(true)).toBe(
    '3 requests of 1 process, 2 answered 401, 1 of them without a header, 1 without an answer. Why: everbearer explain',
  );
  expect(summary.words(false)).not.toContain('explain');
});
