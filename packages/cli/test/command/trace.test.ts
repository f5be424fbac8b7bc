import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type LoopbackServer, listenOnLoopback } from '@everbearer/testing/loopback-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkRecords } from '../../src/timeline/check-records.ts';
import type { RequestRecord, TraceRecord } from '../../src/timeline/trace-record.ts';
import { readLastTrace } from '../../src/trace/kept-trace.ts';
import { recordOf, settledRecords } from '../../src/trace/read-records.ts';
import { commandLine, refuseLeaks, sharedServer } from '../support/command-line.ts';
import { environment, type ShellOptions, shell } from '../support/shell.ts';
import { smallApi } from '../support/small-api.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/* Programs that know nothing of the trace, each in a process of its own. */

const shared = sharedServer();
let api: LoopbackServer;
let odd: LoopbackServer;
beforeAll(async () => {
  api = await smallApi(shared.server);
  odd = await listenOnLoopback(async (request, response, url) => {
    if (url.pathname === '/hang') return;
    const challenge = `Bearer realm="api", error="invalid_token", error_description="${request.headers.authorization} ended", nonce="n-canary-1"`;
    if (url.pathname.startsWith('/401')) response.writeHead(401, { 'www-authenticate': challenge });
    if (url.pathname === '/302') response.writeHead(302, { location: '/landed' });
    response.end('{}');
  });
});
afterAll(() => Promise.all([api.close(), odd.close()]));

/** The sources of this workspace are TypeScript behind a condition. */
const env = { NODE_OPTIONS: '--conditions=everbearer-source' };

/** Runs a program under the trace; its records as they stand in the end. */
async function traced(files: Record<string, string>, line: string, options: ShellOptions = {}) {
  const directory = temporaryDirectory(files);
  const ran = await shell(directory, `everbearer trace --output trace.jsonl -- ${line}`, {
    ...options,
    env: { ...env, API: api.url, ODD: odd.url, ...options.env },
  });
  return { ...ran, directory, records: recordsIn(join(directory, 'trace.jsonl')) };
}

function recordsIn(path: string): TraceRecord[] {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return settledRecords(lines.map((line) => recordOf(line) as TraceRecord));
}

function requests(records: readonly TraceRecord[]): RequestRecord[] {
  return records.filter((record) => record.kind === 'request');
}

test('a call of everbearer: whose token, how old, the replay, the renewal', async () => {
  const { server } = shared;
  const { directory, signIn } = commandLine(server, { origins: [new URL(api.url).origin] });
  await signIn('ops');
  const act = (line: string) => shell(directory, line, { env });
  await act('everbearer renew --account ops');
  server.revokeAccessTokens();
  const line = `everbearer trace --output trace.jsonl -- everbearer request GET ${api.url}/me --account ops`;
  const { exit, out, notes } = await act(line);
  expect({ exit, out }).toEqual({ exit: 0, out: '{"name":"Ada"}' });
  const records = recordsIn(join(directory, 'trace.jsonl'));
  const [first, token, again] = requests(records).filter(({ url }) => !url.includes('well-known'));
  const whose = { headerFrom: 'everbearer', account: 'ops', provider: expect.any(String) };
  expect(first).toMatchObject({ ...whose, method: 'GET', url: `${api.url}/me`, status: 401 });
  expect(token).toMatchObject({ method: 'POST', toTokenEndpoint: true, status: 200, headerFrom: 'nobody' });
  expect(again).toMatchObject({ ...whose, status: 200, replayOf: first?.id });
  expect(again?.fingerprint).toMatch(/^[\da-f]{8}$/);
  expect(again?.fingerprint).not.toBe(first?.fingerprint);
  expect(again?.tokenLifeMs).toBeGreaterThan(0);
  const events = records
    .filter((record) => record.kind === 'event')
    .map(({ type, account }) => [type, account]);
  // Of a length, `at` is the beginning.
  expect(events.map(String).sort()).toEqual(['renewal_started,ops', 'renewed,ops', 'replayed,ops']);
  expect(notes).toContain('1 answered 401. Why: everbearer explain');
  refuseLeaks(server, `${notes}${JSON.stringify(records)}`, ['trace']);
});

test('a 401 that stays says why it was not sent again', async () => {
  const { directory, signIn } = commandLine(shared.server, { origins: [odd.url] });
  await signIn();
  const call = `everbearer request GET ${odd.url}/401 --account default`;
  const { exit, notes } = await shell(directory, `everbearer trace -- ${call}`, { env });
  expect(exit).toBe(1);
  expect(notes).toMatch(/request \d was not sent again: it was the answer to a replay/);
  const explained = await shell(directory, 'everbearer explain --json');
  expect(JSON.parse(explained.out)).toMatchObject([
    { reason: 'invalid_token', headerFrom: 'everbearer', replay: { status: 401 } },
    { reason: 'invalid_token', notReplayed: expect.stringContaining('a call is replayed once') },
  ]);
  refuseLeaks(shared.server, notes + explained.out, ['trace']);
});

const CANARY = 'secret-canary-token-1';

test('fetch, undici of npm, node:http and node:http2, in ES modules, CommonJS and TypeScript, threads and children', async () => {
  const files = {
    'fetch.mts': `
      const headers: Record<string, string> = { authorization: 'Bearer ${CANARY}' };
      await fetch(process.env.ODD + '/302?code=${CANARY}', { headers });
      await fetch(process.env.ODD + '/x/${CANARY}', { headers: { authorization: 'Bearer undefined' } });
    `,
    'http.cjs': `
      const http = require('node:http');
      http.get(process.env.ODD + '/http', { headers: { Authorization: 'Basic ${CANARY}' } }, (answer) => answer.resume());
    `,
    'undici.mjs': `
      const { request, Agent } = await import(process.env.UNDICI);
      const { body } = await request(process.env.ODD + '/undici', { headers: ['Authorization', 'DPoP ${CANARY}'] });
      await body.dump();
    `,
    'worker.mjs': `
      import { Worker } from 'node:worker_threads';
      new Worker('fetch(process.env.ODD + "/thread")', { eval: true });
    `,
    'http2.mjs': `
      import http2 from 'node:http2';
      const server = http2.createServer((_, response) => response.writeHead(401, { 'www-authenticate': 'Bearer' }).end());
      server.listen(0, '127.0.0.1', () => {
        const session = http2.connect('http://127.0.0.1:' + server.address().port);
        const stream = session.request({ ':path': '/h2?a=${CANARY}', authorization: 'Bearer ${CANARY}' });
        stream.on('close', () => (session.close(), server.close())).resume().end();
      });
    `,
    all: `
      const { fork } = require('node:child_process');
      for (const file of ['fetch.mts', 'http.cjs', 'undici.mjs', 'worker.mjs', 'http2.mjs']) fork('./' + file);
    `,
  };
  const { exit, records, notes, out } = await traced(files, 'node all', {
    env: { UNDICI: import.meta.resolve('undici') },
  });
  expect({ exit, out }).toEqual({ exit: 0, out: '' });
  const seen = requests(records).map(({ url, status, headerFrom, headerHolds, fingerprint }) =>
    [url.replace(/:\d+/, ''), status, headerFrom, headerHolds, fingerprint && 'token'].join(' ').trim(),
  );
  const at = 'http://127.0.0.1';
  expect(seen.sort()).toEqual(
    [
      `${at}/302 302 program  token`,
      `${at}/landed 200 program  token`,
      `${at}/x/… 200 program nothing`,
      `${at}/http 200 program other`,
      `${at}/undici 200 program  token`,
      `${at}/thread 200 nobody`,
      `${at}/h2 401 program  token`,
    ].sort(),
  );
  const tokens = new Set(
    requests(records)
      .map(({ fingerprint }) => fingerprint)
      .filter(Boolean),
  );
  expect(tokens.size).toBe(1);
  expect(records.filter(({ kind }) => kind === 'process_started')).toHaveLength(6);
  expect(records.filter(({ kind }) => kind === 'process_ended')).toHaveLength(6);
  expect(notes + JSON.stringify(records)).not.toContain('canary');
});

test('a challenge is kept without secrets, and an answer that never came has its reason', async () => {
  const app = `
    const { ODD } = process.env;
    const headers = { authorization: 'Bearer ${CANARY}' };
    await fetch(ODD + '/401', { headers });
    await fetch(ODD + '/401', { headers: { authorization: 'Bearer ${CANARY}-other' } });
    await fetch(ODD + '/hang', { signal: AbortSignal.timeout(50) }).catch(() => {});
    await fetch('http://127.0.0.1:9/', {}).catch(() => {});
    const { request } = await import('node:http');
    await new Promise((done) => request(ODD + '/hang').on('error', done).end().setTimeout(50, function () { this.destroy(); }));
    await new Promise((done) => request('http://127.0.0.1:2/').on('error', done).end());
    fetch(ODD + '/hang');
    setTimeout(() => process.exit(7), 50);
  `;
  const { exit, records, notes } = await traced({ 'app.mjs': app }, 'node app.mjs');
  expect(exit).toBe(7);
  const [first, second, ...rest] = requests(records);
  expect(first?.challenge).toBe(
    'Bearer realm="api", error="invalid_token", error_description="Bearer … ended", nonce="…"',
  );
  expect(second?.replayOf).toBe(first?.id);
  expect(rest.map(({ failure }) => failure)).toEqual([
    'timed out',
    'ECONNRESET',
    'ECONNREFUSED',
    'process ended',
  ]);
  expect(records.at(-1)).toMatchObject({ kind: 'process_ended', exitStatus: 7 });
  expect(notes + JSON.stringify(records)).not.toContain('canary');
});

test('input, output, exit status and own options of the program are its own; nothing of it is kept alive', async () => {
  const app = `
    console.log(process.execArgv.length, process.argv.slice(2).join(), require.main === module, process.listenerCount('warning'));
    for (let count = 0; count < 9; count++) process.on('exit', () => {});
    fetch(process.env.ODD + '/x').then((response) => response.text()).then(() => process.stdin.pipe(process.stdout));
    process.on('exit', () => (process.exitCode = 3));
  `;
  const directory = temporaryDirectory({ app, 'package.json': { scripts: { start: 'node app --a "b c"' } } });
  const run = (line: string) => shell(directory, line, { env: { ...env, ODD: odd.url }, input: 'hello' });
  const plain = await run('node app --a "b c"');
  const { exit, out, notes } = await run('everbearer trace -- node app --a "b c"');
  expect({ exit, out }).toEqual({ exit: plain.exit, out: plain.out });
  expect(exit).toBe(3);
  expect(notes).toMatch(
    /^trace \d\d:\d\d:\d\d\.\d{3} \[\d+\] 1 GET http:\S+\/x 200 in \d+ ms; no Authorization header\ntrace: 1 request of 1 process\n$/,
  );
  const npm = await run('everbearer trace --json -- npm --silent start');
  expect({ exit: npm.exit, out: npm.out }).toEqual({ exit, out });
  const records = npm.notes
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TraceRecord & { name?: string });
  expect(records.map(({ name }) => name).filter(Boolean)).toEqual(['npm', 'app']);
  // npm may look for a newer npm.
  const text = expect.stringMatching(/^\d requests? of 2 processes/);
  expect(records.at(-1)).toMatchObject({ kind: 'note', text, pid: records[0]?.pid });
  checkRecords(records);
});

test('a crash and a signal are passed through; so is a signal that the trace gets', async () => {
  const crash = await traced(
    { 'app.cjs': `fetch(process.env.ODD + '/x').then(() => { throw new Error('own words'); })` },
    'node app.cjs',
  );
  expect(crash).toMatchObject({ exit: 1, notes: expect.stringContaining('own words') });
  expect(requests(crash.records)).toHaveLength(1);

  const killed = await traced(
    {},
    `node -e 'fetch(process.env.ODD + "/x").then(() => process.kill(process.pid, "SIGKILL"))'; echo "$?"`,
  );
  expect(killed.out).toBe('137\n');
  expect(killed.records.at(-1)).toMatchObject({ kind: 'process_ended', signal: 'SIGKILL' });

  const directory = temporaryDirectory();
  for (const [signal, app] of [
    ['SIGTERM', 'setInterval(() => {}, 1e6); console.log(1)'],
    ['SIGINT', 'process.on("SIGINT", () => process.exit(5)); setInterval(() => {}, 1e6); console.log(1)'],
  ] as const) {
    const trace = spawn(join(directory, 'bin/everbearer'), ['trace', '--', 'node', '-e', app], {
      env: environment(directory, env),
    });
    const ended = once(trace, 'exit');
    await once(trace.stdout, 'data');
    trace.kill(signal);
    expect(await ended).toEqual(signal === 'SIGTERM' ? [null, 'SIGTERM'] : [5, null]);
  }
});

test('--html writes a page of its own when the program has ended', async () => {
  const directory = temporaryDirectory();
  const app = `fetch(process.env.ODD + "/401?a=secret-canary", { headers: { authorization: "Bearer ${CANARY}" } })`;
  const run = (flags: string) =>
    shell(directory, `everbearer trace ${flags} -- node -e '${app}'`, { env: { ...env, ODD: odd.url } });
  const { exit, notes } = await run('--html page.html');
  expect({ exit, notes }).toMatchObject({ exit: 0, notes: expect.stringContaining('the page is in') });
  const page = readFileSync(join(directory, 'page.html'), 'utf8');
  expect(page).toMatch(/GET [^<]*\/401/);
  expect(page).not.toContain('canary');
  expect(await run('--html no/such/page.html')).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('--html FILE'),
  });
});

test('what is not traced is said plainly, and nothing is started where that is known before', async () => {
  const directory = temporaryDirectory();
  const run = (line: string) => shell(directory, line, { env });
  for (const runtime of ['bun', 'deno', '/usr/local/bin/deno']) {
    expect(await run(`everbearer trace -- ${runtime} run app.ts`)).toMatchObject({
      exit: 3,
      notes: expect.stringContaining('is not traced: only Node'),
    });
  }
  expect(await run('everbearer trace -- node --permission app.js')).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('--permission'),
  });
  expect(await run('everbearer trace -- sh -c "echo out; exit 4"')).toMatchObject({
    exit: 4,
    out: 'out\n',
    notes: expect.stringContaining('nothing was traced'),
  });
  expect(await run('everbearer trace -- no-such-program')).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('there is no such program'),
  });
  expect(await run('everbearer trace --output no/such/file -- touch started')).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('--output FILE'),
  });
  expect(existsSync(join(directory, 'started'))).toBe(false);
});

test('the trace leaves no folder behind, and its files are for this user alone', async () => {
  const folder = temporaryDirectory();
  const { directory, exit } = await traced({}, `node -e 'fetch(process.env.ODD + "/x")'`, {
    env: { TMPDIR: folder },
  });
  expect(exit).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
  const kept = join(directory, '.local/state/everbearer-traces');
  const files = [join(directory, 'trace.jsonl'), kept, join(kept, readdirSync(kept)[0] as string)];
  expect(files.map((path) => statSync(path).mode & 0o077)).toEqual([0, 0, 0]);
  expect(readLastTrace(kept)).toBe(readFileSync(join(directory, 'trace.jsonl'), 'utf8'));
});
