import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LoopbackServer, listenOnLoopback } from '@everbearer/testing/loopback-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/program/commands.ts';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { smallApi } from '../support/small-api.ts';

/* The JSON that the README shows, against that of the commands: the same members, of the same types. */

const shared = sharedServer();
let api: LoopbackServer;
beforeAll(async () => {
  api = await smallApi(shared.server);
});
afterAll(() => api.close());

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
const shown = new Map<string, unknown>(
  [...readme.matchAll(/```json (\w+)\n([\s\S]*?)```/g)].map(([, name = '', text = '']) => [
    name,
    JSON.parse(text) as unknown,
  ]),
);

/** Every member, as its path and its type. What a server or a person names is no member of ours. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [`${path}: list`, ...value.flatMap((each) => shapeOf(each, `${path}[]`))];
  if (typeof value !== 'object' || value === null)
    return [`${path}: ${value === null ? 'null' : typeof value}`];
  const isFree = /\.(headers|body|kept)$/.test(path);
  const inside = isFree
    ? []
    : Object.entries(value).flatMap(([name, each]) => shapeOf(each, `${path}.${name}`));
  return [`${path}: object`, ...inside];
}

/** What several runs print together. */
function shapesOf(values: readonly unknown[]): string[] {
  return [...new Set(values.flatMap((value) => shapeOf(value)))].sort();
}

const documented = (name: string) => shapesOf([shown.get(name)]);

const entra = () => ({
  provider: {
    kind: 'oauth2',
    issuer: shared.server.issuer,
    clientId: shared.server.clientId,
    scopes: ['Mail.Read', 'offline_access'],
    profile: 'entra',
  },
  origins: [new URL(api.url).origin],
});

test('every command with --json is in the README', () => {
  const names = COMMANDS.map(({ usage }) => usage.split(' ')[0] as string);
  // Their forms are those of others, and have tests of their own.
  const ofOthers = ['token', 'export', 'trace'];
  for (const name of names.filter((each) => !ofOthers.includes(each)))
    expect([...shown.keys()], name).toContain(name);
  for (const name of ofOthers) expect(readme).toMatch(new RegExp(`^\`everbearer ${name}[ \`]`, 'm'));
});

test('init', async () => {
  const { run } = commandLine(shared.server);
  const words =
    'init --yes --force --provider microsoft --tenant common --client-id app --scope Mail.Read --json';
  expect(shapesOf([(await run(words)).json()])).toEqual(documented('init'));
});

test('login, accounts', async () => {
  const { server } = shared;
  const { run } = commandLine(server, {
    provider: { ...entra().provider, scopes: ['openid', 'profile', 'Mail.Read', 'offline_access'] },
  });
  const onNote = () => {
    for (const code of server.pendingUserCodes()) server.approve(code);
  };
  const login = await run('login --json', { onNote });
  expect(shapesOf([login.json()])).toEqual(documented('login'));
  expect(shapesOf([(await run('accounts --json')).json()])).toEqual(documented('accounts'));
});

test('status, in every state that has members of its own', async () => {
  const { server } = shared;
  const { run, signIn, store } = commandLine(server, entra());
  const told: unknown[] = [(await run('status --json')).json()];
  const look = async (words = '') => told.push((await run(`status --json ${words}`.trim())).json());
  await signIn();
  await run('renew');
  /** While a renewal is on its way, once this is to be seen. */
  const lookMeanwhile = async (member: RegExp) => {
    const renewed = run('renew');
    const status = async () => (await run('status --json')).out;
    await expect.poll(status).toMatch(member);
    await look();
    server.clearScript();
    await renewed;
  };
  server.script({ kind: 'hang', ms: 700, grant: 'refresh_token' });
  await lookMeanwhile(/"lease"/);
  server.script({ kind: 'unavailable', retryAfterSeconds: 1, grant: 'refresh_token' });
  await lookMeanwhile(/"asked"/);
  server.script(...Array.from({ length: 5 }, () => ({ kind: 'reset', grant: 'refresh_token' }) as const));
  await lookMeanwhile(/"cause"/);
  server.script({ kind: 'error', error: 'invalid_client', status: 401, grant: 'refresh_token' });
  await run('renew');
  await look(`--live ${api.url}/me`);
  const gone = await listenOnLoopback(async () => {});
  await gone.close();
  await look(`--live ${gone.url}/me --origin ${gone.url}`);
  server.clearScript();
  const others = readdirSync(store, { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of others.filter((each) => each.name.startsWith('v.')))
    writeFileSync(join(parentPath, name), '{');
  await look();
  expect(shapesOf(told)).toEqual(documented('status'));
});

test('renew, logout, import, errors', async () => {
  const { server } = shared;
  const { run, signIn } = commandLine(server);
  await signIn();
  const renewed = [(await run('renew --json')).json()];
  server.revokeFamily();
  renewed.push((await run('renew --json')).json());
  expect(shapesOf(renewed)).toEqual(documented('renew'));
  const imported = await run('import --raw --replace --json', {
    input: server.signIn().refresh_token as string,
  });
  expect(shapesOf([imported.json()])).toEqual(documented('import'));
  server.script({ kind: 'error', error: 'server_error', status: 503, grant: 'revocation' });
  expect(shapesOf([(await run('logout --revoke --json')).json()])).toEqual(documented('logout'));
  server.clearScript();
  expect(shapesOf([(await run('status --json --config gone.json')).json()])).toEqual(documented('error'));
});

test('request, doctor', async () => {
  const { run, signIn } = commandLine(shared.server, entra());
  const ill = (await run('doctor --json')).json();
  await signIn();
  const request = await run(`request GET ${api.url}/me --json`);
  expect(shapesOf([request.json()])).toEqual(documented('request'));
  expect(shapesOf([ill, (await run('doctor --json')).json()])).toEqual(documented('doctor'));
});

test('keepalive and status --watch, line by line', async () => {
  const { server } = shared;
  const { run, signIn } = commandLine(server, entra());
  await signIn();
  server.script({ kind: 'error', error: 'invalid_client', status: 401, grant: 'refresh_token' });
  const ending = new AbortController();
  let lines = '';
  const ended = run('keepalive --max-age 1s --json', {
    signal: ending.signal,
    onOut: (text) => (lines += text),
  });
  await expect.poll(() => lines).toContain('renewal_failed');
  ending.abort();
  await ended;
  server.clearScript();
  const told = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(shapesOf(told)).toEqual(documented('keepalive'));
  const stop = new AbortController();
  const watched = run('status --watch --json', { signal: stop.signal, onOut: () => stop.abort() });
  const { at, ...account } = JSON.parse((await watched).out) as { at: string };
  expect(at).toMatch(/Z$/);
  const known = documented('status');
  for (const member of shapeOf(account, '.accounts[]')) expect(known).toContain(member);
});

test('explain, of a trace and of an answer that was pasted', async () => {
  const { run, directory } = commandLine(shared.server);
  const at = 1_795_846_423_716;
  const asked = { pid: 7, kind: 'request', method: 'GET', url: 'https://api.example/me' };
  const token = {
    headerFrom: 'everbearer',
    account: 'ops',
    provider: 'idp',
    fingerprint: 'aaaaaaaa',
    tokenAgeMs: 1,
    tokenLifeMs: 1,
  };
  const trace = [
    { at, pid: 7, kind: 'event', type: 'renewed', account: 'ops', provider: 'idp', fingerprint: 'aaaaaaaa' },
    { at, id: '1', ...asked, ...token, status: 401, challenge: 'Bearer error="invalid_token"' },
    { at, id: '2', ...asked, ...token, fingerprint: 'bbbbbbbb', status: 200, replayOf: '1' },
    { at, id: '3', ...asked, ...token, status: 401, method: 'POST', notReplayed: 'its body was a stream' },
  ];
  writeFileSync(
    join(directory, 'trace.jsonl'),
    trace.map((record) => `${JSON.stringify(record)}\n`).join(''),
  );
  const payload = Buffer.from(JSON.stringify({ aud: 'https://graph.microsoft.com', exp: 1 })).toString(
    'base64url',
  );
  const pasted = (bearer: string) =>
    [
      '> GET /v1.0/me HTTP/1.1',
      '> Host: graph.microsoft.com',
      `> Authorization: Bearer ${bearer}`,
      '>',
      '< HTTP/1.1 401 Unauthorized',
      '< content-type: application/json',
      '<',
      JSON.stringify({ error: { code: 'InvalidAuthenticationToken', message: 'Access token has expired.' } }),
    ].join('\n');
  const told: unknown[] = [(await run('explain trace.jsonl --json')).json()];
  for (const bearer of [`eyJhbGciOiJub25lIn0.${payload}.c2lnbmF0dXJlLWNhbmFyeQ`, ''])
    told.push((await run('explain - --json', { input: pasted(bearer) })).json());
  expect(shapesOf(told)).toEqual(documented('explain'));
});
