import { describe, expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { execCredentialFaults } from '../support/exec-credential-schema.ts';
import { shell } from '../support/shell.ts';

const shared = sharedServer();
const HOST = 'https://git.example.com';

const signedIn = async (more = {}) => {
  const line = commandLine(shared.server, more);
  await line.signIn();
  /** What is printed, with `<token>` for a token that the server holds for valid. */
  const shown = async (words: string, options = {}) => {
    const { out, exit, notes } = await line.run(`token ${words}`.trim().split(' '), {
      shows: true,
      ...options,
    });
    expect(exit, notes).toBe(0);
    return masked(out);
  };
  return { ...line, shown };
};

function masked(text: string): string {
  return text.replace(/[\w-]{20,}(\.[\w-]+)*/g, (word) =>
    shared.server.judge(word).kind === 'valid' ? '<token>' : word,
  );
}

describe('one valid token', () => {
  test.each([
    ['', /^<token>\n$/],
    ['--output header', /^Authorization: Bearer <token>\n$/],
    ['--output env', /^ACCESS_TOKEN=<token>\n$/],
  ])('token %s', async (words, form) => {
    const { shown } = await signedIn();
    expect(await shown(words)).toMatch(form);
  });

  test('in the form of kubectl, and in the version that it asks for', async () => {
    const { shown } = await signedIn();
    const parsed = JSON.parse(await shown('--output exec-credential'));
    expect(parsed).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: {
        token: '<token>',
        expirationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    });
    expect(execCredentialFaults(parsed)).toEqual([]);
    expect(Date.parse(parsed.status.expirationTimestamp)).toBeGreaterThan(Date.now() + 3_000_000);
    const info = (version: string) => ({
      env: { KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion: version }) },
    });
    const beta = await shown('--output exec-credential', info('client.authentication.k8s.io/v1beta1'));
    expect(JSON.parse(beta).apiVersion).toBe('client.authentication.k8s.io/v1beta1');
    const { run } = await signedIn();
    const odd = await run('token --output exec-credential', info('client.authentication.k8s.io/v2'));
    expect(odd).toMatchObject({
      exit: 3,
      out: '',
      notes: expect.stringContaining('apiVersion of the exec section'),
    });
  });

  test.each<[object, string]>([
    [{ token: 'a' }, '/apiVersion is missing'],
    [{ apiVersion: 'v', kind: 'ExecCredential', status: {} }, 'status holds no credential'],
    [
      { apiVersion: 'v', kind: 'ExecCredential', status: { token: 'a', expiry: 'x' } },
      '/status/expiry is unknown',
    ],
    [
      { apiVersion: 'v', kind: 'ExecCredential', status: { token: 'a', expirationTimestamp: '1700000000' } },
      '/status/expirationTimestamp is no instant',
    ],
  ])('the schema of these tests refuses %j', (value, fault) => {
    expect(execCredentialFaults(value)).toContain(fault);
  });

  test('as the SASL response, with the mailbox that is given or that the server told', async () => {
    const { run } = await signedIn();
    const { out } = await run('token --output xoauth2 --user ada@example.com', { shows: true });
    expect(masked(Buffer.from(out, 'base64').toString())).toBe(
      'user=ada@example.com\x01auth=Bearer <token>\x01\x01',
    );
    expect(out).toMatch(/^[\w+/]+=*\n$/);
  });

  test('is renewed if it would not live for as long as is asked', async () => {
    const { server } = shared;
    const { run } = await signedIn();
    server.configure({ accessTokenLifeMs: 4_000 });
    const { out: first } = await run('token', { shows: true });
    server.configure({ accessTokenLifeMs: 3_600_000 });
    expect((await run('token --min-life 2s', { shows: true })).out).toBe(first);
    // One that was received just now lives as long as any, so none is asked for; a moment later one is.
    const longer = async () => (await run('token --min-life 10m', { shows: true })).out;
    await expect.poll(longer, { interval: 50 }).not.toBe(first);
    expect((await run('token', { shows: true })).out).toBe(await longer());
    expect(await run('token --min-life long')).toMatchObject({
      exit: 3,
      notes: expect.stringContaining('--min-life'),
    });
  });

  test('is not shown on a terminal, unless somebody wants that', async () => {
    const { run } = await signedIn();
    const refused = await run('token', { isTerminal: true });
    expect(refused).toMatchObject({ exit: 3, out: '', notes: expect.stringContaining('--yes') });
    expect(await run('token --yes', { isTerminal: true, shows: true })).toMatchObject({ exit: 0 });
  });

  test('2 and no output where a person must sign in', async () => {
    const { run } = commandLine(shared.server);
    expect(await run('token')).toMatchObject({
      exit: 2,
      out: '',
      notes: expect.stringContaining('everbearer login'),
    });
    expect(await run('token --output json')).toMatchObject({
      exit: 3,
      notes: expect.stringContaining('exec-credential'),
    });
  });
});

describe('git', () => {
  const helper = `git -c 'credential.helper=!everbearer token --output git-credential' -c credential.interactive=false`;

  test('itself gets the token, and a new one after it was refused', async () => {
    const { server } = shared;
    const { directory } = await signedIn({ origins: [HOST] });
    const ask = `url=${HOST}/a/b.git\n`;
    const { out, exit, notes } = await shell(directory, `${helper} credential fill`, { input: ask });
    expect(exit, notes).toBe(0);
    expect(masked(out)).toMatch(
      /^protocol=https\nhost=git\.example\.com\nusername=oauth2\npassword=<token>\n/,
    );
    const before = server.counts.refreshes;
    expect(await shell(directory, `${helper} credential reject`, { input: out })).toMatchObject({
      exit: 0,
      out: '',
    });
    expect(server.counts.refreshes).toBe(before + 1);
  });

  test('another host gets nothing, and no origin at all is an error', async () => {
    const { run } = await signedIn({ origins: [HOST] });
    const words = 'token --output git-credential get';
    for (const input of [
      'protocol=https\nhost=evil.example.com\n',
      'protocol=http\nhost=git.example.com\n',
      '',
    ]) {
      expect(await run(words, { input })).toMatchObject({ exit: 0, out: '' });
    }
    const input = 'protocol=https\nhost=git.example.com\n';
    expect(await run('token --output git-credential store', { input })).toMatchObject({ exit: 0, out: '' });
    const { run: bare } = await signedIn();
    expect(await bare(words, { input })).toMatchObject({
      exit: 3,
      out: '',
      notes: expect.stringContaining('--origin'),
    });
    const open = await bare('token --output git-credential --origin http://git.example.com get', { input });
    expect(open).toMatchObject({
      exit: 3,
      out: '',
      notes: expect.stringContaining('http on loopback alone'),
    });
    const other = await bare('token --output git-credential --origin https://git.example.com --user me get', {
      input,
      shows: true,
    });
    expect(masked(other.out)).toMatch(/^username=me\npassword=<token>\npassword_expiry_utc=\d{10}\n$/);
  });
});

describe('docker', () => {
  test('gets the token for its registry, in the words of its helpers', async () => {
    const { run } = await signedIn({ origins: ['https://registry.example.com'] });
    const { out } = await run('token --output docker get', { input: 'registry.example.com\n', shows: true });
    expect(JSON.parse(masked(out))).toEqual({
      ServerURL: 'registry.example.com',
      Username: 'oauth2',
      Secret: '<token>',
    });
    const other = await run('token --output docker get', { input: 'https://index.docker.io/v1/' });
    expect(other).toMatchObject({ exit: 1, out: 'credentials not found in native keychain\n' });
    expect(await run('token --output docker list')).toMatchObject({ exit: 0, out: '{}\n' });
    expect(await run('token --output docker store', { input: '{"Secret":"x"}' })).toMatchObject({
      exit: 0,
      out: '',
    });
  });
});
