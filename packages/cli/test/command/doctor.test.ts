import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { listenOnLoopback } from '@everbearer/testing/loopback-server';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { shell } from '../support/shell.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const shared = sharedServer();
type Line = ReturnType<typeof commandLine>;

async function examined(
  { run }: Line,
  options = {},
): Promise<{ exit: number; wrong: Finding[]; all: Finding[] }> {
  const { exit, json } = await run('doctor --json', options);
  const all = json() as Finding[];
  return { exit, all, wrong: all.filter(({ ok }) => !ok) };
}

/** What is wrong, one thing; and nothing is any more once the printed command was run. */
async function mends(line: Line, name: string): Promise<void> {
  const { exit, wrong } = await examined(line);
  expect({ exit, names: wrong.map((finding) => finding.name) }).toEqual({ exit: 1, names: [name] });
  const { remedy = '' } = wrong[0] as Finding;
  const [, command = remedy] = /^Run: (.*?)(?:, or .*)?$/.exec(remedy) ?? [];
  const { exit: done, notes } = await shell(line.directory, command);
  expect(done, `${remedy}: ${notes}`).toBe(0);
  expect((await examined(line)).wrong).toEqual([]);
}

const healthy = async (more = {}) => {
  const line = commandLine(shared.server, more);
  await line.signIn();
  await line.run('renew');
  return line;
};

test('all is well: a line a check, and 0', async () => {
  const line = await healthy();
  const { exit, all } = await examined(line);
  expect(exit, JSON.stringify(all)).toBe(0);
  const names = [
    'set-up',
    'directory',
    'writable',
    'free space',
    'token endpoint',
    'clock',
    'account default',
  ];
  expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  const { out } = await line.run('doctor');
  expect(out.trimEnd().split('\n')).toHaveLength(all.length);
  expect(out).toMatch(/^ok {3}set-up: .*everbearer\.config\.json$/m);
});

describe('a broken set-up is mended by the command that is printed', () => {
  test('a directory that others may write', async () => {
    const line = await healthy();
    chmodSync(line.store, 0o777);
    await mends(line, 'directory');
  });

  test.runIf(process.getuid?.() === 0)('a directory of another user', async () => {
    const line = await healthy();
    chownSync(line.store, 4711, 4711);
    const [finding] = (await examined(line)).wrong;
    expect(finding).toMatchObject({ name: 'directory', detail: expect.stringContaining('4711') });
    const [, command = ''] = /^As root, run: (.*?), or /.exec(finding?.remedy ?? '') ?? [];
    expect(await shell(line.directory, command)).toMatchObject({ exit: 0 });
    expect((await examined(line)).wrong).toEqual([]);
  });

  test('a directory that is a link: the command says where it points', async () => {
    const line = await healthy();
    const moved = `${line.store}-moved`;
    renameSync(line.store, moved);
    symlinkSync(moved, line.store);
    const [finding] = (await examined(line)).wrong;
    expect(finding).toMatchObject({ name: 'directory', detail: expect.stringContaining('symbolic link') });
    const [, command = ''] = /\((readlink -f .*?)\)/.exec(finding?.remedy ?? '') ?? [];
    const { out } = await shell(line.directory, command);
    const env = { EVERBEARER_DIRECTORY: out.trim() };
    expect((await examined(line, { env })).wrong).toEqual([]);
  });

  test('modes that `fsGroup` has left: they are taken back at once, and the line for the pod is named', async () => {
    const line = await healthy();
    for (const name of ['', ...readdirSync(line.store, { recursive: true, encoding: 'utf8' })]) {
      const path = join(line.store, name);
      const { mode } = statSync(path);
      chmodSync(path, mode | (statSync(path).isDirectory() ? 0o2770 : 0o660));
    }
    expect((await examined(line)).wrong).toMatchObject([
      { name: 'modes', remedy: expect.stringContaining('fsGroupChangePolicy: OnRootMismatch') },
    ]);
    expect((await examined(line)).wrong).toEqual([]);
  });

  test('a program that sets its own header, and two copies of a package', async () => {
    const line = await healthy();
    const project = { dependencies: { '@everbearer/core': '1.0.0' } };
    writeFileSync(join(line.directory, 'package.json'), JSON.stringify(project));
    const code = 'fetch(url, { headers: { authorization: "Bearer " + token } })\n';
    writeFileSync(join(line.directory, 'app.ts'), code);
    for (const [folder, version] of [
      ['.', '1.0.0'],
      ['node_modules/@everbearer/providers', '0.9.0'],
    ]) {
      const place = join(line.directory, folder as string, 'node_modules/@everbearer/core');
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'package.json'), JSON.stringify({ name: '@everbearer/core', version }));
    }
    const providers = { name: '@everbearer/providers', version: '1.0.0' };
    writeFileSync(
      join(line.directory, 'node_modules/@everbearer/providers/package.json'),
      JSON.stringify(providers),
    );
    const names = async () => (await examined(line)).wrong.map(({ name }) => name);
    expect(await names()).toEqual(['packages', 'own header']);
  });
});

describe('what only a person or another machine can mend', () => {
  test('nobody is signed in', async () => {
    const { wrong } = await examined(commandLine(shared.server));
    expect(wrong).toMatchObject([{ name: 'account default', remedy: 'everbearer login --account default' }]);
  });

  test('renewals fail, with the true cause', async () => {
    const { server } = shared;
    const line = await healthy();
    server.script({ kind: 'error', error: 'invalid_client', status: 401, grant: 'refresh_token' });
    await line.run('renew');
    server.clearScript();
    const { wrong } = await examined(line);
    expect(wrong).toMatchObject([
      {
        name: 'account default',
        detail: expect.stringContaining('invalid_client, HTTP 401'),
        remedy: expect.stringContaining('everbearer renew'),
      },
    ]);
  });

  test('offline_access is not asked for, where the server knows it', async () => {
    const { server } = shared;
    const line = await healthy({
      provider: { kind: 'oauth2', issuer: server.issuer, clientId: server.clientId, scopes: ['Mail.Read'] },
    });
    const { wrong } = await examined(line);
    expect(wrong).toMatchObject([{ name: 'scopes' }]);
    // A person signs in anew meanwhile; in the same shell all is well then.
    const person = setInterval(() => {
      for (const code of server.pendingUserCodes()) server.approve(code);
    }, 50);
    const mended = await shell(
      line.directory,
      `{ ${wrong[0]?.remedy}; } >/dev/null && everbearer doctor --json`,
    );
    clearInterval(person);
    expect(mended.exit, mended.out + mended.notes).toBe(0);
  });

  test('the clock is off', async () => {
    const line = await healthy();
    const { wrong } = await examined(line, { laterMs: 180_000 });
    expect(wrong).toMatchObject([
      { name: 'clock', detail: expect.stringMatching(/18[01] s ahead/), remedy: 'timedatectl set-ntp true' },
    ]);
  });

  test('nobody answers at the token endpoint', async () => {
    const gone = await listenOnLoopback(async () => {});
    await gone.close();
    const { wrong } = await examined(healthyAt(gone.url));
    const detail = expect.stringMatching(/^Connection: .* does not answer \(ECONNREFUSED\)/);
    expect(wrong).toMatchObject([{ name: 'token endpoint', detail }, { name: 'account default' }]);
  });

  test('the issuer has no metadata', async () => {
    const { wrong } = await examined(healthyAt(`${shared.server.url}/nobody`));
    expect(wrong[0]).toMatchObject({
      name: 'token endpoint',
      remedy: expect.stringContaining('--token-endpoint'),
    });
  });

  test('no configuration, or a bad one', async () => {
    const line = healthyAt('ftp://login.example.com');
    expect((await examined(line)).wrong).toMatchObject([
      { name: 'set-up', detail: expect.stringContaining('issuer') },
    ]);
  });

  test('what a store finds by itself is told as it is', async () => {
    const code = `const check = async () => [{ name: 'eviction', ok: false, detail: 'Records may be thrown away.', remedy: 'Set it to noeviction.' }];
      const backend = { capabilities: { cas: 'shared', durable: true, writable: true }, check, load: async () => undefined, save: async () => '1' };
      export default { provider: { kind: 'oauth2', issuer: '${shared.server.issuer}', clientId: 'c', scopes: ['offline_access'] }, backend: () => backend };`;
    const line = commandLine(shared.server);
    rmSync(join(line.directory, 'everbearer.config.json'));
    writeFileSync(join(line.directory, 'everbearer.config.js'), code);
    const { out } = await line.run('doctor');
    expect(out).toContain('BAD  eviction: Records may be thrown away. Mend: Set it to noeviction.\n');
  });
});

test('a seed that is newer than the store', async () => {
  const { server } = shared;
  const secrets = temporaryDirectory();
  const path = join(secrets, 'v.seed');
  const line = commandLine(server, { seed: { kind: 'secret', path } });
  writeFileSync(path, server.signIn().refresh_token as string, { mode: 0o600 });
  await line.run('renew');
  expect((await examined(line)).wrong).toEqual([]);
  writeFileSync(path, server.signIn().refresh_token as string, { mode: 0o600 });
  utimesSync(path, new Date(), new Date());
  const { wrong } = await examined(line);
  expect(wrong).toMatchObject([{ name: 'seed of default', remedy: 'everbearer renew --account default' }]);
  expect(await shell(line.directory, wrong[0]?.remedy ?? '')).toMatchObject({ exit: 0 });
  expect((await examined(line)).wrong).toEqual([]);
  rmSync(path);
  expect((await examined(line)).wrong[0]?.name).toMatch(/^seed of default/);
});

function healthyAt(issuer: string): Line {
  const provider = { kind: 'oauth2', issuer, clientId: 'client-1', scopes: ['mail'] };
  return commandLine(shared.server, { provider });
}
