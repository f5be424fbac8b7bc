import { expect, test } from 'vitest';
import type { RequestRecord, TraceRecord } from '../../src/timeline/trace-record.ts';
import { type Beginning, RequestLog } from '../../src/traced/request-log.ts';

function logged() {
  const records: TraceRecord[] = [];
  let now = 1_000;
  const around = {
    write: (record: TraceRecord) => void records.push({ ...record }),
    fingerprint: (text: string) => `of ${text}`,
    now: () => now++,
    pid: 7,
    prefix: '',
  };
  const log = new RequestLog(around, () => undefined);
  const begin = (more: Partial<Beginning> = {}) => {
    const key = {};
    log.begin(key, {
      method: 'GET',
      origin: 'https://api.example',
      path: '/me?code=canary',
      authorization: undefined,
      bearing: undefined,
      ...more,
    });
    return key;
  };
  return { log, begin, records: records as (RequestRecord & TraceRecord)[] };
}

const none = () => undefined;

test('answers on the way are none; a change of the protocol is one', () => {
  const { log, begin, records } = logged();
  const key = begin();
  log.answered(key, 103, none);
  expect(records).toEqual([]);
  log.answered(key, 200, none);
  log.answered(begin({ mayUpgrade: true }), 101, none);
  log.answered(key, 500, none);
  log.failed(key, new Error());
  expect(records.map(({ status }) => status)).toEqual([200, 101]);
});

test('what is under way at the end is written, and a WebSocket is not said to have failed', () => {
  const { log, begin, records } = logged();
  begin();
  begin({ mayUpgrade: true });
  log.flush();
  log.flush();
  expect(records.map(({ failure }) => failure)).toEqual(['process ended', undefined]);
});

test('requests that are never answered are held up to a number', () => {
  const { log, begin, records } = logged();
  for (let count = 0; count < 6_000; count++) begin();
  log.flush();
  expect(records).toHaveLength(5_000);
});

test('two clients tell of one request: one built on the other', () => {
  const { log, begin } = logged();
  const key = begin();
  const isUnderWay = () => log.isUnderWay('GET', 'https://api.example', '/me?code=canary');
  expect(isUnderWay()).toBe(true);
  log.answered(key, 200, none);
  expect(isUnderWay()).toBe(false);
});

test('the same request with another token soon after a 401 repeats it; any other does not', () => {
  const { log, begin, records } = logged();
  const send = (authorization: string, status: number, path = '/me') =>
    log.answered(begin({ authorization, path }), status, none);
  send('Bearer a', 401);
  send('Bearer bb', 200);
  send('Bearer ccc', 401);
  send('Bearer ccc', 200);
  send('Bearer a', 401, '/a');
  send('Bearer bb', 200, '/b');
  expect(records.map(({ replayOf }) => replayOf)).toEqual([
    undefined,
    '1',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a request to a token endpoint is told by its name, unless it bears a token itself', () => {
  const { log, begin, records } = logged();
  const cases = [
    ['POST', '/oauth2/v2.0/token', undefined],
    ['POST', '/token?x=1', 'Basic YTpi'],
    ['POST', '/token', 'Bearer a'],
    ['GET', '/token', undefined],
    ['POST', '/tokens-of-mine', undefined],
  ] as const;
  for (const [method, path, authorization] of cases)
    log.answered(begin({ method, path, authorization }), 200, none);
  expect(records.map(({ toTokenEndpoint }) => toTokenEndpoint)).toEqual([
    true,
    true,
    undefined,
    undefined,
    undefined,
  ]);
});
