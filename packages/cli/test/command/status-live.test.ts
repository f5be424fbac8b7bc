import { setTimeout as pause } from 'node:timers/promises';
import { jsonReply, type LoopbackServer, listenOnLoopback, send } from '@everbearer/testing/loopback-server';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { liveProof } from '../../src/status/live-proof.ts';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { programOver } from '../support/program-over.ts';

const shared = sharedServer();
let api: LoopbackServer;
/** What the API answers to a valid token: a status, and headers. Undefined: nothing, ever. */
let answer: { status: number; headers?: Record<string, string> } | undefined = { status: 200 };
let calls = 0;

beforeAll(async () => {
  api = await listenOnLoopback(async (request, response) => {
    calls++;
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    if (shared.server.judge(token).kind !== 'valid') return send(response, jsonReply(401, {}));
    if (answer) send(response, jsonReply(answer.status, {}, answer.headers));
  });
});
afterAll(() => api.close());
afterEach(() => {
  answer = { status: 200 };
  shared.server.clearScript();
});

async function signedIn(more: Record<string, unknown> = {}) {
  const line = commandLine(shared.server, { origins: [new URL(api.url).origin], ...more });
  await line.signIn();
  const check = async (words = '', path = '/me') => {
    const ran = await line.run(`status --json --live ${new URL(path, api.url).href} ${words}`.trim());
    const [account] = (
      ran.json() as { accounts: { live: Record<string, unknown>; why: string[]; state: string }[] }
    ).accounts;
    return { exit: ran.exit, ...(account as NonNullable<typeof account>) };
  };
  return { ...line, check };
}

test('a call that works is the proof, and its query is not shown', async () => {
  const { check, run } = await signedIn();
  expect(await check('', '/me?key=query-canary-7')).toMatchObject({
    exit: 0,
    state: 'valid',
    why: [],
    live: { url: new URL('/me', api.url).href, httpStatus: 200, exit: 0, durationMs: expect.any(Number) },
  });
  const { out } = await run(`status --live ${new URL('/me?key=query-canary-7', api.url).href}`);
  expect(out).toContain('live            the API answered 200: the token works');
  expect(out).not.toContain('canary');
});

test('a token that was revoked early is renewed, and the answer to the new one counts', async () => {
  const { check } = await signedIn();
  await check();
  shared.server.revokeAccessTokens();
  const before = calls;
  expect(await check()).toMatchObject({ exit: 0, live: { httpStatus: 200 } });
  expect(calls).toBe(before + 2);
});

test.each<[number, Record<string, string>, number, RegExp]>([
  [
    401,
    { 'www-authenticate': 'Bearer error="invalid_token"' },
    1,
    /401 to a token that is new \(invalid_token\)/,
  ],
  [401, {}, 1, /401 to a token that is new\. /],
  [
    403,
    { 'www-authenticate': 'Bearer error="insufficient_scope", scope="Mail.Send"' },
    1,
    /without the scope Mail\.Send\. /,
  ],
  [403, {}, 1, /does not allow this\. /],
  [404, {}, 1, /404, which proves nothing/],
  [429, { 'retry-after': '9' }, 3, /429, which says nothing/],
  [500, {}, 3, /500, which says nothing/],
  [204, {}, 0, /204: the token works/],
])('%d %j ends with %d', async (status, headers, exit, words) => {
  const { check } = await signedIn();
  answer = { status, headers };
  const checked = await check();
  expect(checked).toMatchObject({
    exit,
    live: { exit, httpStatus: status, words: expect.stringMatching(words) },
  });
  expect(checked.why.join('\n').match(words)?.length ?? 0).toBe(exit === 0 ? 0 : 1);
});

test('2 where the server has ended the session, with its own reason', async () => {
  const { check, run } = await signedIn();
  await check();
  shared.server.revokeFamily();
  shared.server.revokeAccessTokens();
  const dead = await check();
  expect(dead).toMatchObject({
    exit: 2,
    live: { exit: 2, code: 'revoked' },
    state: 'reauthorization_required',
  });
  expect(dead.why.filter((sentence) => sentence.includes('must sign in'))).toHaveLength(1);
  const { exit, out } = await run(`status --output nagios --live ${api.url}`);
  expect({ exit, out }).toEqual({
    exit: 2,
    out: expect.stringMatching(/^EVERBEARER CRITICAL - default: A person must sign in \(revoked\)/),
  });
});

test('1 where the token endpoint is at fault, and the cause is its own words', async () => {
  const { check } = await signedIn();
  shared.server.script({ kind: 'error', error: 'invalid_client', status: 401, grant: 'refresh_token' });
  expect(await check()).toMatchObject({
    exit: 1,
    live: { exit: 1, code: 'invalid_client', words: expect.stringMatching(/^no call was made/) },
  });
});

test('a redirect is no proof, since a page to sign in at answers 200 to anybody', async () => {
  const { check } = await signedIn();
  answer = { status: 302, headers: { location: 'https://login.example.com/page?state=1' } };
  const before = calls;
  const words = 'the API answered 302 and leads to https://login.example.com, which proves nothing.';
  expect(await check()).toMatchObject({
    exit: 1,
    live: { httpStatus: 302, words: expect.stringContaining(words) },
  });
  expect(calls).toBe(before + 1);
});

test('an API that is out of reach says nothing of the token', async () => {
  const gone = await listenOnLoopback(async () => {});
  const url = new URL(gone.url);
  await gone.close();
  const { run, signIn } = commandLine(shared.server, { origins: [url.origin] });
  await signIn();
  const { exit, out } = await run(`status --live ${url.href}`);
  expect({ exit, out }).toEqual({
    exit: 3,
    out: expect.stringContaining(`${url.host} cannot be reached (ECONNREFUSED)`),
  });
});

test.each([
  ['nonsense', 'whole address'],
  ['ftp://api.example.com/', 'whole address'],
  ['https://ada:password-canary@api.example.com/', 'without a name and a password'],
  ['https://evil.example.com/me?key=query-canary-7', 'may not go to https://evil.example.com'],
  ['http://api.example.com/', 'not encrypted'],
])('%s is refused before anything is sent', async (url, words) => {
  const { run, signIn } = commandLine(shared.server, { origins: ['https://api.example.com'] });
  await signIn();
  const before = shared.server.counts.tokenRequests;
  const { exit, notes, out } = await run(`status --live ${url}`);
  expect({ exit, notes }).toEqual({ exit: 3, notes: expect.stringContaining(words) });
  expect(notes + out).not.toContain('canary');
  expect(shared.server.counts.tokenRequests).toBe(before);
});

test('where the token may go must be said', async () => {
  const { run } = commandLine(shared.server);
  expect(await run(`status --live ${api.url}`)).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('--origin http://127'),
  });
});

test('of many accounts each is proved, a few at a time', async () => {
  let now = 0;
  let most = 0;
  const busy = await listenOnLoopback(async (_, response) => {
    most = Math.max(most, ++now);
    await pause(20);
    now--;
    send(response, jsonReply(200, {}));
  });
  onTestFinished(() => busy.close());
  const accounts = Array.from({ length: 20 }, (_, index) => `account-${index}`);
  const { run, signIn } = commandLine(shared.server, { accounts, origins: [new URL(busy.url).origin] });
  for (const account of accounts) await signIn(account);
  const { exit, json } = await run(`status --json --live ${busy.url}`);
  const told = (json() as { accounts: { account: string; live: { exit: number } }[] }).accounts;
  expect({ exit, told: told.filter(({ live }) => live.exit === 0).length }).toEqual({ exit: 0, told: 20 });
  expect(most).toBeLessThanOrEqual(8);
});

test('an API that never answers is waited for so long, and no longer', async () => {
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  answer = undefined;
  const { manager } = programOver(shared.server, directory);
  const url = new URL('/me', api.url);
  const check = { url, origins: [url.origin], signal: new AbortController().signal, patienceMs: 500 };
  const words = expect.stringMatching(/^no answer of 127\.0\.0\.1:\d+ within 0\.5 s/);
  expect(await liveProof(manager, check)).toMatchObject({ exit: 3, code: 'timeout', words });
});

test('SIGTERM ends a check that waits', async () => {
  const { run } = await signedIn();
  answer = undefined;
  const ending = new AbortController();
  const before = calls;
  const ended = run(`status --live ${api.url}`, { signal: ending.signal });
  await expect.poll(() => calls).toBe(before + 1);
  ending.abort();
  expect(await ended).toMatchObject({ exit: 3, notes: expect.stringContaining('Ended before it was done') });
});
