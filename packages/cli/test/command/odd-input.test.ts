import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LoopbackServer, listenOnLoopback } from '@everbearer/testing/loopback-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { shell } from '../support/shell.ts';
import { smallApi } from '../support/small-api.ts';

/* What an operator mistypes, and what goes wrong besides: the message names the flag or the place, and the remedy. */

const shared = sharedServer();
let api: LoopbackServer;
beforeAll(async () => {
  api = await smallApi(shared.server);
});
afterAll(() => api.close());

const line = (more = {}) => commandLine(shared.server, { origins: [new URL(api.url).origin], ...more });

describe('request', () => {
  test.each<[string[], RegExp]>([
    [['GE T', '/me'], /method must be one that fetch sends/],
    [['connect', '/me'], /method must be one that fetch sends/],
    [['GET', '/me', '--data', 'x'], /GET has no body/],
    [['GET', 'ftp://api.example.com/'], /must be whole/],
    [['GET', 'https://ada:secret-canary-3@api.example.com/'], /no name and password/],
    [
      ['GET', 'https://evil.example.com/?a=secret-canary-3'],
      /Add it: --origin https:\/\/evil\.example\.com\n/,
    ],
  ])('%j is refused, in words of the command line', async (words, named) => {
    const { run, signIn } = line();
    await signIn();
    const [method, url, ...rest] = words as [string, string, ...string[]];
    const whole = url.startsWith('/') ? new URL(url, api.url).href : url;
    const { exit, notes } = await run(['request', method, whole, ...rest]);
    expect({ exit, notes }).toEqual({ exit: 3, notes: expect.stringMatching(named) });
    expect(notes).not.toMatch(/canary|unexpected|onForeignOrigin/);
  });

  test.each(['x: caf\u4f60', 'x: a\nauthorization: b'])(
    'the header %j is refused by its name',
    async (header) => {
      const { run, signIn } = line();
      await signIn();
      expect(await run(['request', 'GET', new URL('/me', api.url).href, '--header', header])).toMatchObject({
        exit: 3,
        notes: expect.stringMatching(/^everbearer: --header x holds a character that no header can hold/),
      });
    },
  );

  test('an API that is out of reach is named, with what the network said', async () => {
    const gone = await listenOnLoopback(async () => {});
    await gone.close();
    const { host, origin } = new URL(gone.url);
    const { run, signIn } = line({ origins: [origin] });
    await signIn();
    const { exit, notes } = await run(`request GET ${origin}/me`);
    expect({ exit, notes }).toEqual({
      exit: 1,
      notes: expect.stringContaining(`${host} did not answer (ECONNREFUSED)`),
    });
  });
});

describe('token', () => {
  test.each<[string | string[], string]>([
    ['token ops', '--account NAME'],
    ['token --user ada', '--user has no place in the format raw'],
    ['token --output header --user ada', '--user has no place'],
    ['token --json --output raw', 'Leave one out'],
    ['token --output exec-credential get', '--account NAME'],
    [['token', '--output', 'xoauth2', '--user', 'a\u0001auth=Bearer b'], '--user holds a control character'],
  ])('%j is refused', async (words, named) => {
    const { run, signIn } = line();
    await signIn();
    const { exit, out, notes } = await run(words);
    expect({ exit, told: out + notes }).toEqual({ exit: 3, told: expect.stringContaining(named) });
  });

  test('a life that no token of the server has is said, and counts for helpers, too', async () => {
    const { server } = shared;
    const { run, signIn } = line({ origins: ['https://git.example.com'] });
    await signIn();
    const long = await run('token --min-life 3d', { shows: true });
    expect(long).toMatchObject({ exit: 0, notes: expect.stringContaining('this one ends in 60 min') });
    expect((await run('token --min-life 1h', { shows: true })).notes).toBe('');
    server.configure({ accessTokenLifeMs: 4_000 });
    await run('renew');
    server.configure({ accessTokenLifeMs: 3_600_000 });
    const ask = { input: 'protocol=https\nhost=git.example.com\n', shows: true };
    const { out: first } = await run('token --output git-credential get', ask);
    // One that was received just now lives as long as any, so none is asked for; a moment later one is.
    const longer = async () => (await run('token --output git-credential --min-life 10m get', ask)).out;
    await expect.poll(longer, { interval: 50 }).not.toBe(first);
  });

  test('half a token on a full disk is no success', async () => {
    const { directory, signIn } = line();
    await signIn();
    const { exit, notes } = await shell(directory, 'everbearer token > /dev/full');
    expect({ exit, notes }).toEqual({
      exit: 1,
      notes: 'everbearer: standard output takes nothing more (ENOSPC).\n',
    });
  });
});

describe('login, logout, accounts', () => {
  test('a person who declines is told so, and nothing of options', async () => {
    const { server } = shared;
    const { run } = line();
    const onNote = () => {
      for (const code of server.pendingUserCodes()) server.deny(code);
    };
    const { exit, notes } = await run('login', { onNote });
    expect(exit).toBe(1);
    expect(notes).toMatch(/was declined at the server.*Try again: everbearer login\n$/);
  });

  test('an empty name is the fault of the flag', async () => {
    const { run } = line();
    expect(await run(['status', '--account', ''])).toMatchObject({
      exit: 3,
      notes: 'everbearer: --account takes a name.\n',
    });
  });

  test('who was not signed in is not said to be revoked', async () => {
    const { run } = line();
    expect(await run('logout --account nobody --revoke')).toMatchObject({
      exit: 0,
      out: expect.stringContaining('Nobody was signed in as nobody'),
    });
    expect((await run('logout --account nobody --revoke --json')).json()).toEqual({
      account: 'nobody',
      wasSignedIn: false,
      revoked: false,
    });
  });

  test('a revocation that the server does not confirm is said, and the sign-out stands', async () => {
    const { server } = shared;
    const { run, signIn } = line();
    await signIn();
    server.script({ kind: 'error', error: 'server_error', status: 503, grant: 'revocation' });
    const { exit, out, notes } = await run('logout --revoke');
    server.clearScript();
    expect({ exit, out }).toEqual({ exit: 1, out: 'Signed out default.\n' });
    expect(notes).toMatch(
      /did not confirm .*server_error, HTTP 503.*deleted here, and at the server they stay valid/,
    );
    expect(notes).not.toContain('tokens are kept');
    expect(await run('status')).toMatchObject({ exit: 2 });
  });

  test('an account that cannot be read does not hide the others', async () => {
    const { run, signIn, store } = line();
    await signIn('a');
    await signIn('b');
    const [file] = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.name.startsWith('v.'),
    );
    const { parentPath = '', name = '' } = file ?? {};
    writeFileSync(join(parentPath, name), '{');
    const { exit, out, notes } = await run('accounts');
    expect(exit, out + notes).toBe(3);
    expect(out).toMatch(/^(a|b) +expired$/m);
    expect(out).toMatch(/^\* +cannot_tell$/m);
    expect(notes).toMatch(/^note: \*: A record was passed over .*damaged/);
    expect(await run('status')).toMatchObject({
      exit: 3,
      out: expect.stringMatching(/^\* {2}cannot tell\n {2}! A record was passed over/m),
      notes: '',
    });
    expect(await run('renew')).toMatchObject({
      exit: 3,
      notes: expect.stringMatching(/^note: A record was passed over/),
      out: expect.stringMatching(/^(a|b): renewed/),
    });
    const named = line({ accounts: ['a', 'b'], backend: { kind: 'file', directory: store } });
    expect(await named.run('accounts')).toMatchObject({
      exit: 3,
      out: expect.stringMatching(/^(a|b) +cannot_tell$/m),
    });
  });
});

describe('import, export', () => {
  test.each<[string, string]>([
    ['"quoted-refresh-token"', 'quotation marks'],
    ["'quoted-refresh-token'", 'quotation marks'],
    ['a'.repeat(40_000), 'no refresh token has, or is too long'],
    ['réfresh', 'no refresh token has, or is too long'],
    ['two words', 'more than one word'],
  ])('a refresh token that cannot be one is refused: %#', async (input, words) => {
    const { run } = line();
    expect(await run('import --raw', { input })).toMatchObject({
      exit: 3,
      notes: expect.stringContaining(words),
    });
  });

  test('marks that editors leave around a refresh token are no part of it', async () => {
    const { server } = shared;
    const { run } = line();
    const input = `\ufeff${server.signIn().refresh_token}\r\n`;
    expect(await run('import --raw', { input })).toMatchObject({ exit: 0 });
    expect(await run('renew')).toMatchObject({ exit: 0 });
  });

  test('a large file of something else is named as such', async () => {
    const { run, directory } = line();
    writeFileSync(join(directory, 'large'), 'QUJD'.repeat(2_000_000));
    expect(await run('import large')).toMatchObject({
      exit: 1,
      notes: expect.stringContaining('large is encrypted, or not a text'),
    });
  });

  test.each([
    ['--format env --json --move', '--json'],
    ['--format env --move --name x', '--name'],
    ['--format k8s-secret --move --name Foo_Bar', 'small letters'],
    ['--format k8s-secret --move --name -x', 'small letters'],
  ])('export %s is refused before anything is renewed', async (words, named) => {
    const { run, signIn } = line();
    await signIn();
    const before = shared.server.counts.tokenRequests;
    const { exit, out, notes } = await run(`export ${words}`);
    expect({ exit, told: out + notes }).toEqual({ exit: 3, told: expect.stringContaining(named) });
    expect(shared.server.counts.tokenRequests).toBe(before);
  });
});

describe('keepalive', () => {
  test.each([
    ['--health-port', '1e3'],
    ['--health-port', ''],
    ['--health-port', '65536'],
    ['--max-age', '0s'],
  ])('%s %s is refused by its name', async (flag, value) => {
    const { run } = line();
    const { exit, notes } = await run(['keepalive', flag, value]);
    expect({ exit, notes }).toEqual({
      exit: 3,
      notes: expect.stringMatching(new RegExp(`^everbearer: ${flag} takes`)),
    });
  });

  test('says at its start which account it cannot keep alive', async () => {
    const { run } = line();
    const ending = new AbortController();
    let told = '';
    const ended = run('keepalive --account nobody', {
      signal: ending.signal,
      onNote: (text) => (told += text),
    });
    await expect.poll(() => told).toContain('keeping 1 account alive');
    ending.abort();
    await ended;
    expect(told).toMatch(
      /^note: nobody: A person must sign in \(no_credential\): everbearer login --account nobody\n/,
    );
  });
});

test('where a person must sign in, the command names the account', async () => {
  const { run, signIn } = line();
  await signIn("o'neil");
  shared.server.revokeFamily();
  const { exit, out } = await run(['renew', '--account', "o'neil"]);
  expect(exit).toBe(2);
  expect(out).toMatch(/Sign in again: everbearer login --account 'o'\\''neil'\n$/);
  expect(out).not.toContain('signIn()');
  expect((await run(['token', '--account', "o'neil"])).notes).not.toContain('signIn()');
  expect((await run('status')).out).not.toContain('signIn()');
});

describe('arguments', () => {
  test.each([
    [
      'renew --account a --account b',
      "option '--account <name>' argument 'b' is invalid. It was given before",
    ],
    ['status --warn-dayz 7', "unknown option '--warn-dayz' (Did you mean --warn-days?)"],
    ['status --account', 'argument missing'],
    ['nonsense', "unknown command 'nonsense'"],
  ])('%s: a mistake is JSON where JSON was asked for', async (words, said) => {
    const { run } = line();
    expect(await run(words)).toMatchObject({ exit: 3, out: '', notes: expect.stringContaining('error: ') });
    const { exit, notes, json } = await run(`${words.split(' ')[0]} --json${words.replace(/^\w+/, '')}`);
    expect({ exit, notes, told: json() }).toEqual({
      exit: 3,
      notes: '',
      told: { error: { code: 'configuration', message: expect.stringContaining(said) } },
    });
  });

  test.each(['status', 'explain', 'status --json', 'trace'])(
    'a token behind %s is not repeated',
    async (words) => {
      const { run } = line();
      const { exit, out, notes } = await run([
        ...words.split(' '),
        shared.server.signIn().refresh_token as string,
      ]);
      expect(exit, out + notes).toBe(3);
      expect(out + notes).not.toBe('');
    },
  );
});
