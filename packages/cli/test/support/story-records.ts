import type { TraceRecord } from '../../src/timeline/trace-record.ts';

const BEGIN = Date.UTC(2026, 10, 28, 5, 45, 13);
const API = 'https://graph.example.com';
const INBOX = `${API}/v1.0/me/mailFolders/inbox`;
const TOKEN_ENDPOINT = 'https://login.example.com/common/oauth2/v2.0/token';

/** What a demonstration saw: the same at every call. */
export function storyRecords(): TraceRecord[] {
  return [...notes(), ...monitorA(), ...monitorB(), ...monitorC()];
}

/** What a person does not want to see: with the story, each thing that is drawn is there. */
export function troubleRecords(): TraceRecord[] {
  return [
    call(4_177, 17.1, { failure: 'ECONNREFUSED', status: undefined, durationMs: 200 } as Partial<Happening>),
    event(4_177, 18.4, 'reauthorization_required', { detail: 'revoked' } as Partial<Happening>),
  ];
}

type Happening = TraceRecord extends infer Each
  ? Each extends TraceRecord
    ? Omit<Each, 'at' | 'pid'>
    : never
  : never;

const at = (seconds: number, pid: number, happening: Happening): TraceRecord =>
  ({ at: BEGIN + seconds * 1_000, pid, ...happening }) as TraceRecord;

function notes(): TraceRecord[] {
  const acts: [number, string][] = [
    [0, 'A monitor starts, and a person signs in'],
    [5.2, 'The API revokes the token'],
    [7, 'The token endpoint answers 503'],
    [10.5, 'SIGKILL in the middle of the work'],
    [13, 'The token is revoked under both'],
  ];
  return acts.map(([seconds, text]) => at(seconds, 1, { kind: 'note', text }));
}

let count = 0;

/** Requests one after the other, every 60 ms. */
function calls(pid: number, from: number, to: number, fingerprint: string): TraceRecord[] {
  const records: TraceRecord[] = [];
  for (let seconds = from; seconds < to; seconds += 0.06) records.push(call(pid, seconds, { fingerprint }));
  return records;
}

function call(pid: number, seconds: number, more: Partial<Happening> = {}): TraceRecord {
  const request = {
    kind: 'request',
    id: String(++count),
    method: 'GET',
    url: INBOX,
    durationMs: 12,
    status: 200,
  } as const;
  return at(seconds, pid, { ...request, headerFrom: 'everbearer', ...more } as Happening);
}

const refused = (pid: number, seconds: number, fingerprint: string) =>
  call(pid, seconds, {
    status: 401,
    fingerprint,
    challenge: 'Bearer error="invalid_token"',
  } as Partial<Happening>);

function renewal(
  pid: number,
  seconds: number,
  ms: number,
  reason: string,
  fingerprint: string,
): TraceRecord[] {
  const expiresAt = BEGIN + seconds * 1_000 + ms + 4_000;
  return [
    at(seconds, pid, { kind: 'event', type: 'renewal_started', detail: reason }),
    call(pid, seconds, {
      method: 'POST',
      url: TOKEN_ENDPOINT,
      toTokenEndpoint: true,
      headerFrom: undefined,
      durationMs: ms,
    } as Partial<Happening>),
    at(seconds, pid, { kind: 'event', type: 'renewed', durationMs: ms, fingerprint, expiresAt }),
  ];
}

const event = (pid: number, seconds: number, type: string, more: Partial<Happening> = {}) =>
  at(seconds, pid, { kind: 'event', type, ...more } as Happening);

function monitorA(): TraceRecord[] {
  const [first, second] = [4_101, 4_177];
  const failed = { durationMs: 60, detail: 'temporarily_unavailable (status 503)' } as Partial<Happening>;
  return [
    at(0, first, { kind: 'process_started', name: 'monitor A' }),
    event(first, 0.9, 'signed_in', {
      fingerprint: 'b5f1d0a2',
      expiresAt: BEGIN + 4_900,
    } as Partial<Happening>),
    ...calls(first, 0.95, 4.1, 'b5f1d0a2'),
    ...renewal(first, 4.1, 320, 'expiring', '7c02e9aa'),
    ...calls(first, 4.45, 5.2, '7c02e9aa'),
    refused(first, 5.25, '7c02e9aa'),
    ...renewal(first, 5.27, 180, 'rejected', 'e41b6f03'),
    event(first, 5.46, 'replayed'),
    ...calls(first, 5.46, 7, 'e41b6f03'),
    refused(first, 7.05, 'e41b6f03'),
    event(first, 7.1, 'renewal_failed', failed),
    event(first, 8.1, 'renewal_failed', failed),
    ...renewal(first, 9.2, 90, 'rejected', '19d7c85e'),
    event(first, 9.3, 'replayed'),
    ...calls(first, 9.3, 10.6, '19d7c85e'),
    at(10.65, first, { kind: 'process_ended', signal: 'SIGKILL' }),
    at(10.9, second, { kind: 'process_started', name: 'monitor A' }),
    ...calls(second, 11.4, 12.9, '19d7c85e'),
    refused(second, 13.1, '19d7c85e'),
    ...renewal(second, 13.12, 900, 'rejected', 'aa93f210'),
    event(second, 14.05, 'replayed'),
    ...calls(second, 14.05, 17, 'aa93f210'),
    at(18.7, second, { kind: 'process_ended', exitStatus: 0 }),
  ];
}

function monitorB(): TraceRecord[] {
  const pid = 4_203;
  return [
    at(11.6, pid, { kind: 'process_started', name: 'monitor B' }),
    ...calls(pid, 12.1, 13, '19d7c85e'),
    refused(pid, 13.15, '19d7c85e'),
    event(pid, 13.17, 'lease_waited', { durationMs: 880 } as Partial<Happening>),
    event(pid, 14.06, 'adopted', {
      fingerprint: 'aa93f210',
      expiresAt: BEGIN + 18_000,
    } as Partial<Happening>),
    event(pid, 14.08, 'replayed'),
    ...calls(pid, 14.08, 17.9, 'aa93f210'),
    at(19.2, pid, { kind: 'process_ended', exitStatus: 0 }),
  ];
}

function monitorC(): TraceRecord[] {
  const pid = 4_260;
  return [
    at(15, pid, { kind: 'process_started', name: 'monitor C, on tokens in a database' }),
    event(pid, 16.2, 'signed_in', {
      fingerprint: '53ce0b77',
      expiresAt: BEGIN + 20_000,
    } as Partial<Happening>),
    ...calls(pid, 16.25, 19.4, '53ce0b77'),
    event(pid, 17, 'warning', { detail: 'the store is emptied by a restart' } as Partial<Happening>),
    at(19.5, pid, { kind: 'process_ended', exitStatus: 0 }),
  ];
}
