import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';

const shared = sharedServer();

const signedIn = async (more = {}) => {
  const line = commandLine(shared.server, more);
  await line.signIn();
  return line;
};

test('a Secret that another store begins with, and this one is done', async () => {
  const { server } = shared;
  const { run } = await signedIn();
  const revoked = server.counts.revocations;
  const { exit, out, notes } = await run('export --format k8s-secret --move --json', { shows: true });
  expect(exit, notes).toBe(0);
  const secret = JSON.parse(out);
  expect(secret).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'everbearer-default' },
    type: 'Opaque',
    data: { 'refresh-token': expect.any(String) },
  });
  expect((await run('status')).exit).toBe(2);
  expect(server.counts.revocations).toBe(revoked);
  const there = commandLine(server, { seed: { kind: 'secret', path: 'refresh-token' } });
  const path = join(there.directory, 'refresh-token');
  writeFileSync(path, Buffer.from(secret.data['refresh-token'], 'base64'), { mode: 0o600 });
  expect(await there.run('renew')).toMatchObject({ exit: 0 });
  expect(await there.run('renew')).toMatchObject({ exit: 0 });
  rmSync(path);
});

test('a line for an env file', async () => {
  const { server } = shared;
  const { run } = await signedIn();
  const { out } = await run('export --format env --move', { shows: true });
  const [, seed = ''] = /^EVERBEARER_REFRESH_TOKEN=([\w.~+/=-]+)\n$/.exec(out) ?? [];
  const there = commandLine(server);
  expect(await there.run('renew', { env: { EVERBEARER_REFRESH_TOKEN: seed } })).toMatchObject({ exit: 0 });
});

test('two stores never hold one single-use refresh token', async () => {
  const { run } = await signedIn();
  const refused = await run('export --format env');
  expect(refused).toMatchObject({ exit: 3, out: '', notes: expect.stringContaining('--move') });
  expect(await run('renew')).toMatchObject({ exit: 0 });
});

test('both may hold one whose predecessors live on', async () => {
  const { server } = shared;
  const provider = {
    kind: 'oauth2',
    issuer: server.issuer,
    clientId: server.clientId,
    scopes: ['a'],
    profile: 'google',
  };
  const { run } = await signedIn({ provider });
  expect(await run('export --format env', { shows: true })).toMatchObject({ exit: 0 });
  expect((await run('status')).exit).toBe(0);
});

test('nothing on a terminal, and nothing where nobody is signed in', async () => {
  const { run } = await signedIn();
  const words = 'export --format env --move';
  expect(await run(words, { isTerminal: true })).toMatchObject({
    exit: 3,
    out: '',
    notes: expect.stringContaining('--yes'),
  });
  expect((await run('status')).exit).toBe(0);
  expect(await commandLine(shared.server).run(words)).toMatchObject({ exit: 2, out: '' });
  expect(await run('export --format yaml')).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('k8s-secret or env'),
  });
});

test.each(['', ' --move'])('where nobody is signed in, it says so before all else (%j)', async (more) => {
  const seed = { kind: 'env', name: 'SEED' };
  const { run, signIn } = commandLine(shared.server, { accounts: ['ops', { name: 'seeded', seed }] });
  const command = `export --format env${more}`;
  const says = {
    exit: 2,
    out: '',
    notes: expect.stringMatching(
      /^everbearer: Nobody is signed in to ops\. Sign in: everbearer login --account ops\n$/,
    ),
  };
  expect(await run(command)).toMatchObject(says);
  await signIn('ops');
  await run('logout --account ops');
  expect(await run(command)).toMatchObject(says);
  expect(
    await run(`${command} --account seeded --json --format k8s-secret`.replace(' --format env', '')),
  ).toMatchObject({
    exit: 2,
    out: expect.stringMatching(
      /"no_credential".*Nobody is signed in to seeded.* everbearer renew --account seeded/s,
    ),
  });
});

test('a reader that went away costs nothing: the sign-in stays here', async () => {
  const { run } = await signedIn();
  const lost = await run('export --format env --move', { readerIsGone: true, shows: true });
  expect(lost).toMatchObject({ exit: 3, notes: expect.stringContaining('EPIPE') });
  expect((await run('status')).exit).toBe(0);
});
