import { describe, expect, test } from 'vitest';
import { timelineOf } from '../../src/timeline/lanes-of.ts';
import type { EventRecord, TraceRecord } from '../../src/timeline/trace-record.ts';

const started = (at: number, pid: number, name: string): TraceRecord => ({
  at,
  pid,
  kind: 'process_started',
  name,
});
const ended = (at: number, pid: number, signal?: string): TraceRecord => ({
  at,
  pid,
  kind: 'process_ended',
  signal,
});
const event = (at: number, pid: number, type: string, more: Partial<EventRecord> = {}): TraceRecord => ({
  at,
  pid,
  kind: 'event',
  type,
  ...more,
});
const request = (at: number, pid: number, fingerprint?: string): TraceRecord => ({
  at,
  pid,
  kind: 'request',
  id: String(at),
  method: 'GET',
  url: 'https://api.example.com/',
  status: 200,
  durationMs: 5,
  fingerprint,
});
const lanesOf = (...records: TraceRecord[]) => timelineOf(records, 'process').lanes;

describe('lanes', () => {
  test('a process that was killed and started again is one lane with two lives', () => {
    const lanes = lanesOf(started(0, 1, 'A'), ended(10, 1, 'SIGKILL'), started(12, 2, 'A'), request(20, 2));
    expect(lanes.map(({ name, lives }) => ({ name, lives }))).toEqual([
      {
        name: 'A',
        lives: [
          { pid: 1, from: 0, to: 10 },
          { pid: 2, from: 12, to: 25 },
        ],
      },
    ]);
  });

  test('two at once are two lanes, though they have one name', () => {
    const lanes = lanesOf(started(0, 1, 'node'), started(5, 2, 'node'), ended(9, 1), ended(9, 2));
    expect(lanes.map(({ lives }) => lives.map(({ pid }) => pid))).toEqual([[1], [2]]);
  });

  test('a number that is given again is another process', () => {
    const lanes = lanesOf(started(0, 7, 'A'), ended(5, 7), started(6, 7, 'B'), ended(8, 7));
    expect(lanes.map(({ name }) => name)).toEqual(['A', 'B']);
  });

  test('one that nobody announced is called by its number; notes make no lane', () => {
    const { lanes, notes } = timelineOf(
      [{ at: 1, pid: 5, kind: 'note', text: 'n' }, request(2, 6)],
      'process',
    );
    expect({ lanes: lanes.map(({ name }) => name), notes }).toEqual({
      lanes: ['process 6'],
      notes: [{ at: 1, text: 'n' }],
    });
  });

  test('records may come in any order', () => {
    const records = [
      started(0, 1, 'A'),
      request(3, 1),
      event(4, 1, 'renewed', { durationMs: 2 }),
      ended(9, 1),
    ];
    expect(timelineOf(records.toReversed(), 'process')).toEqual(timelineOf(records, 'process'));
  });

  test('by account: one lane each, whatever process told of it', () => {
    const records = [event(1, 1, 'renewed', { account: 'ada' }), event(2, 2, 'adopted', { account: 'ada' })];
    expect(timelineOf(records, 'account').lanes.map(({ name, marks }) => [name, marks.length])).toEqual([
      ['ada', 2],
    ]);
  });
});

describe('the token in hand', () => {
  const bandsOf = (...records: TraceRecord[]) => lanesOf(...records).flatMap(({ bands }) => bands);

  test('lasts from the end of its renewal until the next one comes', () => {
    const first = { fingerprint: 'aaaaaaaa', expiresAt: 1_000 };
    const bands = bandsOf(
      event(0, 1, 'renewed', { durationMs: 5, ...first }),
      event(50, 1, 'renewed', { durationMs: 10, fingerprint: 'bbbbbbbb', expiresAt: 2_000 }),
      request(100, 1),
    );
    expect(bands).toEqual([
      { from: 5, to: 60, fingerprint: 'aaaaaaaa', expired: false },
      { from: 60, to: 105, fingerprint: 'bbbbbbbb', expired: false },
    ]);
  });

  test('that ends before another comes has expired, and the lane says when', () => {
    const [lane] = lanesOf(event(0, 1, 'signed_in', { expiresAt: 40 }), request(100, 1));
    expect(lane?.bands).toEqual([{ from: 0, to: 40, fingerprint: undefined, expired: true }]);
    expect(lane?.marks.filter(({ kind }) => kind === 'expired').map(({ at }) => at)).toEqual([40]);
  });

  test('is known by the requests that bear it, where nothing else tells', () => {
    const bands = bandsOf(request(0, 1, 'aaaaaaaa'), request(20, 1, 'aaaaaaaa'), request(30, 1, 'bbbbbbbb'));
    expect(bands.map(({ from, to, fingerprint }) => [from, to, fingerprint])).toEqual([
      [0, 30, 'aaaaaaaa'],
      [30, 35, 'bbbbbbbb'],
    ]);
  });

  test('is not the one of a request that was on its way meanwhile', () => {
    const bands = bandsOf(
      request(0, 1, 'aaaaaaaa'),
      event(10, 1, 'renewed', { durationMs: 10, fingerprint: 'bbbbbbbb' }),
      request(15, 1, 'aaaaaaaa'),
      request(25, 1, 'aaaaaaaa'),
      request(30, 1, 'bbbbbbbb'),
    );
    expect(bands.map(({ from, fingerprint }) => [from, fingerprint])).toEqual([
      [0, 'aaaaaaaa'],
      [20, 'bbbbbbbb'],
    ]);
  });

  test('is none after a sign-out, and after the end of that process', () => {
    const signedOut = bandsOf(event(0, 1, 'signed_in'), event(30, 1, 'signed_out'), request(60, 1));
    expect(signedOut.map(({ to }) => to)).toEqual([30]);
    const killed = bandsOf(event(0, 1, 'signed_in'), ended(20, 1, 'SIGKILL'), request(60, 2));
    expect(killed.map(({ to }) => to)).toEqual([20]);
  });
});

describe('words', () => {
  const wordsOf = (...records: TraceRecord[]) =>
    lanesOf(...records).flatMap(({ marks }) => marks.map(({ words }) => words));

  test('a renewal says why it began, each its own reason', () => {
    const words = wordsOf(
      event(0, 1, 'renewal_started', { detail: 'expired', account: 'ada' }),
      event(0, 1, 'renewed', { durationMs: 20, account: 'ada' }),
      event(50, 1, 'renewal_started', { detail: 'rejected', account: 'ada' }),
      event(50, 1, 'renewal_failed', { durationMs: 5, account: 'ada', detail: 'temporarily_unavailable' }),
    );
    expect(words).toEqual([
      ['Renewed the token, 20 ms', 'because the token had expired', 'account ada'],
      [
        'A renewal failed; the tokens are kept, 5 ms',
        'because a server had rejected the token',
        'temporarily_unavailable',
        'account ada',
      ],
    ]);
  });

  test('a request says what came of it, what it bore, and what was asked for', () => {
    const words = wordsOf({
      at: 0,
      pid: 1,
      kind: 'request',
      id: '1',
      method: 'GET',
      url: 'https://graph.example.com/v1.0/me',
      status: 401,
      durationMs: 12,
      headerFrom: 'everbearer',
      fingerprint: 'aaaaaaaa',
      tokenAgeMs: 61_000,
      tokenLifeMs: -2_000,
      challenge: 'Bearer error="invalid_token"',
      notReplayed: 'its body can be read only once',
    });
    expect(words.slice(0, 1)).toEqual([
      [
        'GET /v1.0/me',
        'answered 401 after 12 ms',
        'token aaaaaaaa, 1 min 1 s old, it had ended 2 s before',
        'header set by Everbearer',
        'it asks for: Bearer error="invalid_token"',
        'not sent again: its body can be read only once',
        'at https://graph.example.com',
      ],
    ]);
  });

  test('an event that this version does not know is shown by its name', () => {
    expect(wordsOf(event(0, 1, 'moon_landed'))).toEqual([['moon landed']]);
  });

  test('an id of a provider that is made of an endpoint is called by its host', () => {
    const provider = 'token_endpoint=https://login.example.com/token&client_id=x';
    expect(wordsOf(event(0, 1, 'adopted', { provider }))[0]?.[1]).toBe('at login.example.com');
    expect(wordsOf(event(0, 1, 'adopted', { provider: 'microsoft' }))[0]?.[1]).toBe('at microsoft');
  });

  test('a replay is shown once: as the request, where the trace has it', () => {
    const replay = { ...request(3, 1), replayOf: '1' } as TraceRecord;
    const [lane] = lanesOf(request(1, 1), event(2, 1, 'replayed'), replay);
    expect(lane?.marks.map(({ kind, at }) => [kind, at])).toEqual([
      ['answered', 1],
      ['replayed', 3],
    ]);
  });
});
