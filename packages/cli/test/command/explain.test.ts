import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TraceRecord } from '../../src/timeline/trace-record.ts';
import { commandLine, sharedServer } from '../support/command-line.ts';

const shared = sharedServer();

const at = Date.parse('2026-11-28T12:00:00Z');
const request = (id: string, more: object): TraceRecord =>
  ({
    at: at + Number(id),
    pid: 7,
    kind: 'request',
    id,
    method: 'GET',
    url: 'https://api.example/me',
    ...more,
  }) as TraceRecord;
const ours = {
  headerFrom: 'everbearer',
  account: 'ops',
  provider: 'idp',
  fingerprint: 'aaaaaaaa',
  tokenAgeMs: 720_000,
} as const;

const TRACE: TraceRecord[] = [
  { at, pid: 7, kind: 'event', type: 'renewed', account: 'ops', provider: 'idp' },
  request('1', { ...ours, status: 401, challenge: 'Bearer error="invalid_token"', tokenLifeMs: 60_000 }),
  request('2', { ...ours, fingerprint: 'bbbbbbbb', status: 200, replayOf: '1' }),
  request('3', { ...ours, status: 401, method: 'POST' }),
  request('3', {
    ...ours,
    status: 401,
    method: 'POST',
    notReplayed: 'the renewal failed: endpoint_unavailable',
  }),
  ...['4', '5', '6'].map((id) =>
    request(id, { headerFrom: 'nobody', status: 401, url: 'https://api.example/bare' }),
  ),
  request('7', {
    headerFrom: 'program',
    fingerprint: 'cccccccc',
    tokenLifeMs: -60_000,
    status: 401,
    method: 'PUT',
  }),
];

test('of a trace: whose token, where it is from, how old, what came of it, and what to do; each kind once', async () => {
  const { run, directory } = commandLine(shared.server);
  writeFileSync(
    join(directory, 'trace.jsonl'),
    TRACE.map((record) => `${JSON.stringify(record)}\n`).join(''),
  );
  appendFileSync(join(directory, 'trace.jsonl'), '{"at":1,"pid":');
  const { exit, out } = await run('explain trace.jsonl');
  expect(exit).toBe(0);
  const [first = '', second = '', third = '', fourth = '', ...more] = out.split('\n\n');
  expect(more).toEqual([]);
  expect(first).toContain(
    '401 GET https://api.example/me (process 7, request 1; at 2026-11-28T12:00:00.001Z)',
  );
  expect(first).toContain('token  aaaaaaaa (everbearer, ops, 12 min old, 1 min left)');
  expect(first).toContain('idp, by a renewal 0 s before');
  expect(first).toContain('sent once more as request 2 with token bbbbbbbb, and answered 200');
  expect(first).toContain('do     Nothing: it was sent again');
  expect(second).toContain('not sent again: the renewal failed: endpoint_unavailable');
  expect(third).toContain('the last of 3 like it');
  expect(third).toContain('The request bore no Authorization header.');
  expect(fourth).toContain('token  cccccccc (the program, ended 1 min ago)');
  expect(fourth).toContain('The token had ended 1 min before.');
  const json = (await run('explain trace.jsonl --json')).json() as object[];
  expect(json.map((each) => each as { reason: string; count: number })).toMatchObject([
    { reason: 'invalid_token', count: 1, replay: { id: '2', status: 200 } },
    { reason: 'unexplained', notReplayed: 'the renewal failed: endpoint_unavailable' },
    { reason: 'no_header', count: 3 },
    { reason: 'token_ended' },
  ]);
});

test('of an answer on standard input; nothing secret in it is repeated', async () => {
  const { run } = commandLine(shared.server);
  const input =
    'HTTP/1.1 401 Unauthorized\n\n{"error":{"code":"InvalidAuthenticationToken","message":"Access token is empty."}}';
  const { exit, out } = await run('explain -', { input });
  expect({ exit, out }).toMatchObject({
    exit: 0,
    out: expect.stringContaining('Microsoft Graph got no token'),
  });
  const odd = await run('explain -', { input: 'Bearer secret-canary-0123456789' });
  expect(odd).toMatchObject({ exit: 3, out: '', notes: expect.stringContaining('curl -i') });
  expect(odd.notes).not.toContain('canary');
});

test('a trace of somebody else gives a terminal nothing to obey', async () => {
  const { run, directory } = commandLine(shared.server);
  const odd = request('1', {
    status: 401,
    url: 'https://a\u001b[2J',
    challenge: 'Bearer error="\u001b[2J"',
    notReplayed: '\u009b2J',
  });
  writeFileSync(join(directory, 'odd.jsonl'), JSON.stringify(odd));
  const { exit, out } = await run('explain odd.jsonl');
  expect(exit).toBe(0);
  expect(out).not.toMatch(/[^\P{Cc}\n]/u);
});

test.each([
  '{"at":1e99,"pid":1,"kind":"request","status":401}',
  '{"at":1,"pid":1,"kind":"request","status":401,"challenge":5}',
  '{"at":1,"pid":1,"kind":"request","status":401,"url":{}}',
  '{"at":1,"pid":1}',
  'null',
])('a line that is none of a trace is left out: %s', async (line) => {
  const { run, directory } = commandLine(shared.server);
  writeFileSync(join(directory, 'odd.jsonl'), `${line}\n${JSON.stringify(request('1', { status: 401 }))}`);
  expect((await run('explain odd.jsonl --json')).json()).toHaveLength(1);
});

test('where there is nothing to explain, it says so and what to do', async () => {
  const { run, directory } = commandLine(shared.server);
  const env = { HOME: directory };
  expect(await run('explain', { env })).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('everbearer trace -- node app.js'),
  });
  expect(await run('explain no-such-file', { env })).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('ENOENT'),
  });
  writeFileSync(join(directory, 'fine.jsonl'), JSON.stringify(request('1', { status: 200 })));
  expect(await run('explain fine.jsonl')).toMatchObject({ exit: 0, out: 'No answer was a 401 or 403.\n' });
  expect(await run('explain fine.jsonl --account ops')).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('--account'),
  });
});
