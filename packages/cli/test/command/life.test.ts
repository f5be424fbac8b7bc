import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';

const shared = sharedServer();
const DAY_MS = 24 * 60 * 60_000;

describe('login', () => {
  test('by device code: the code goes beside the output, and status is good afterwards', async () => {
    const { server } = shared;
    const { run } = commandLine(server);
    const onNote = () => {
      for (const code of server.pendingUserCodes()) server.approve(code);
    };
    const { exit, out, notes } = await run('login --account ops', { onNote });
    expect({ exit, out }).toEqual({ exit: 0, out: expect.stringMatching(/^Signed in.*called ops\.\n$/) });
    expect(notes).toContain('/device');
    expect(await run('status --account ops')).toMatchObject({ exit: 0 });
  });

  test('in a browser', async () => {
    const { server } = shared;
    const { run, directory } = commandLine(server);
    const browser = join(directory, 'browser.mjs');
    writeFileSync(browser, `#!${process.execPath}\nawait fetch(process.argv[2]);\n`);
    chmodSync(browser, 0o755);
    const { exit, json, notes } = await run('login --browser --json', { env: { BROWSER: browser } });
    expect(exit, notes).toBe(0);
    expect(json()).toMatchObject({ account: 'default', refreshToken: true });
    expect(notes).toContain(server.metadata.authorization_endpoint);
  });

  test('a client that signs in by itself is told so', async () => {
    const { run } = commandLine(shared.server);
    const { exit, notes } = await run('login --grant client_credentials', {
      env: { EVERBEARER_CLIENT_SECRET: 'secret-canary-1' },
    });
    expect({ exit, notes }).toEqual({ exit: 3, notes: expect.stringContaining('everbearer renew') });
  });
});

describe('status', () => {
  test('tells what is known of each account, for people and for machines', async () => {
    const { run, signIn, store } = commandLine(shared.server);
    await signIn();
    await run('renew');
    const { exit, out } = await run('status');
    expect(exit).toBe(0);
    for (const words of ['default  valid', 'access token', 'refresh token', 'last renewal', 'shared', store])
      expect(out).toContain(words);
    const { json } = await run('status --json');
    expect(json()).toMatchObject({
      level: 'good',
      accounts: [
        {
          account: 'default',
          level: 'good',
          why: [],
          state: 'valid',
          guarantee: 'shared',
          renewals: 1,
          session: { ageMs: expect.any(Number) },
        },
      ],
    });
  });

  test('2 where a person must sign in, whatever the others are', async () => {
    const { server } = shared;
    const { run, signIn } = commandLine(server, { accounts: ['a', 'b'] });
    await signIn('a');
    const { exit, out } = await run('status');
    expect(exit).toBe(2);
    expect(out).toMatch(/^b {2}reauthorization_required: no_credential$/m);
    expect(out).toContain('everbearer login --account b');
  });

  test('1 with the true cause where renewals fail', async () => {
    const { server } = shared;
    const { run, signIn } = commandLine(server);
    await signIn();
    server.script({ kind: 'error', error: 'invalid_client', status: 401, grant: 'refresh_token' });
    expect((await run('renew')).exit).toBe(1);
    server.clearScript();
    const { exit, json } = await run('status --json');
    expect(exit).toBe(1);
    expect(json()).toMatchObject({
      level: 'warning',
      accounts: [{ lastFailure: { code: 'invalid_client', status: 401 } }],
    });
  });

  test('1 where the refresh token has few days left', async () => {
    const { server } = shared;
    const profile = {
      provider: {
        kind: 'oauth2',
        issuer: server.issuer,
        clientId: server.clientId,
        scopes: ['a'],
        profile: 'entra',
      },
    };
    const { run, signIn } = commandLine(server, profile);
    await signIn();
    expect((await run('status --warn-days 14')).exit).toBe(0);
    const { exit, out } = await run('status --warn-days 91');
    expect({ exit, out }).toEqual({ exit: 1, out: expect.stringMatching(/ends in (89|90) days/) });
  });

  test('3 where it cannot be told', async () => {
    const { run, store, signIn } = commandLine(shared.server);
    await signIn();
    chmodSync(store, 0o777);
    const { exit, json } = await run('status --json');
    expect(exit).toBe(3);
    expect(JSON.stringify(json())).toContain(store);
    expect((await run('status --warn-days soon')).exit).toBe(3);
    expect((await run('status --config gone.json')).exit).toBe(3);
    expect((await run('stauts')).exit).toBe(3);
  });
});

describe('renew', () => {
  test('only what is old, as each account is', async () => {
    const { server } = shared;
    const { run, signIn } = commandLine(server);
    await signIn();
    const before = server.counts.refreshes;
    expect(await run('renew --if-older-than 7d')).toMatchObject({
      exit: 0,
      out: expect.stringContaining('nothing was done'),
    });
    expect(server.counts.refreshes).toBe(before);
    expect(await run('renew --if-older-than 7d', { laterMs: 8 * DAY_MS })).toMatchObject({
      exit: 0,
      out: expect.stringContaining('renewed'),
    });
    expect(server.counts.refreshes).toBe(before + 1);
    expect(await run('renew --if-older-than week')).toMatchObject({
      exit: 3,
      notes: expect.stringContaining('7d'),
    });
  });

  test('2 where the refresh token is dead; the other account is renewed all the same', async () => {
    const { server } = shared;
    const [ada, ben] = server.accounts;
    const { run, signIn } = commandLine(server, { accounts: ['a', 'b'] });
    await signIn('a', ada?.username);
    await signIn('b', ben?.username);
    server.revokeFamily(ada?.username);
    const { exit, json } = await run('renew --json');
    expect(exit).toBe(2);
    expect(json()).toMatchObject([{ renewed: false, error: { code: 'revoked' } }, { renewed: true }]);
  });
});

describe('accounts, logout', () => {
  test('are listed, and gone', async () => {
    const { server } = shared;
    const { run, signIn } = commandLine(server);
    await signIn('ops');
    await signIn('sales');
    expect((await run('accounts')).out).toMatch(/^account +state +username\nops +expired\nsales +expired\n$/);
    const one = await run('accounts --json', { env: { EVERBEARER_ACCOUNT: 'sales' } });
    expect(one.json()).toMatchObject([{ account: 'sales' }]);
    const revoked = server.counts.revocations;
    expect(await run('logout --account ops --revoke')).toMatchObject({ exit: 0 });
    expect(server.counts.revocations).toBeGreaterThan(revoked);
    expect((await run('accounts --json')).json()).toMatchObject([{ account: 'sales' }]);
    expect((await run('status --account ops')).exit).toBe(2);
  });
});

describe('import', () => {
  test('a file of another program, with the account that it names', async () => {
    const { server } = shared;
    const { run, directory } = commandLine(server);
    const token = JSON.stringify({
      access_token: 'ended',
      token_type: 'Bearer',
      refresh_token: server.signIn().refresh_token,
    });
    const write = (clientId: string) =>
      writeFileSync(
        join(directory, 'rclone.conf'),
        `[mail]\ntype = onedrive\nclient_id = ${clientId}\ntoken = ${token}\n`,
      );
    write(server.clientId);
    expect(await run('import rclone.conf --json')).toMatchObject({
      exit: 0,
      out: expect.stringContaining('mail'),
    });
    expect(await run('renew --account mail')).toMatchObject({ exit: 0 });
    expect(await run('import rclone.conf')).toMatchObject({
      exit: 3,
      notes: expect.stringContaining('--replace'),
    });
    write('other-client');
    const other = await run('import rclone.conf');
    expect(other).toMatchObject({ exit: 3, notes: expect.stringContaining('--client-id other-client') });
    rmSync(join(directory, 'rclone.conf'));
  });

  test('what is no refresh token is refused, and a token in the place of a file is not repeated', async () => {
    const { server } = shared;
    const { run } = commandLine(server);
    const token = server.signIn().refresh_token as string;
    expect(await run('import --raw', { input: ' \n' })).toMatchObject({
      exit: 3,
      notes: expect.stringContaining('is empty'),
    });
    expect(await run('import --raw', { input: `Bearer ${token}` })).toMatchObject({ exit: 3 });
    expect(await run(['import', token])).toMatchObject({
      exit: 3,
      notes: expect.stringContaining('import --raw'),
    });
    const { exit, notes } = await run('import -', { input: token });
    expect({ exit, notes }).toEqual({
      exit: 1,
      notes: expect.stringMatching(/: everbearer import --raw\n$/),
    });
    expect(notes).not.toContain('signIn');
  });
});

test.each(['--client-secret', '--refresh-token', '--access-token', '--token', '--password', '--redis-url'])(
  '%s would show a secret to the machine, and is refused',
  async (flag) => {
    const { run } = commandLine(shared.server);
    for (const words of [[flag, 'secret-canary-1'], [`${flag}=secret-canary-1`]]) {
      const { exit, notes, out } = await run(['status', ...words]);
      expect(exit).toBe(3);
      expect(notes).toMatch(/is refused.*(EVERBEARER_|standard input|login)/);
      expect(out + notes).not.toContain('canary');
    }
  },
);

test('what a person mistypes is named, and a pasted token is not repeated', async () => {
  const { server } = shared;
  const { run } = commandLine(server);
  expect((await run('status --warn-dayz 3')).notes).toMatch(/unknown option '--warn-dayz'/);
  const { exit } = await run([server.signIn().access_token]);
  expect(exit).toBe(3);
});

test('the version, and help for who names no command', async () => {
  const { run } = commandLine(shared.server);
  expect(await run('--version')).toMatchObject({ exit: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const { exit, out, notes } = await run([]);
  expect({ exit, out }).toEqual({ exit: 3, out: '' });
  expect(notes).toMatch(/login[\s\S]*status[\s\S]*doctor/);
});
