import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandLine, refuseLeaks, sharedServer } from '../support/command-line.ts';
import { shell } from '../support/shell.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { KEYS, terminal } from '../support/terminal.ts';

/* What only a process shows: a terminal, a reader that goes away, standard input, how it ends. */

const shared = sharedServer();

test('on a terminal no token is shown, and a status has colours', async () => {
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  const refused = await shell(directory, `script -qec 'everbearer token' /dev/null`);
  expect(refused.out).toContain('--yes');
  refuseLeaks(shared.server, refused.out + refused.notes, ['token']);
  expect(refused.exit).toBe(3);
  const status = await shell(directory, `script -qec 'everbearer status' /dev/null`, {
    env: { TERM: 'xterm' },
  });
  expect(status.out).toContain('\u001b[32mexpired\u001b[39m');
  expect((await shell(directory, 'everbearer status')).out).not.toContain('\u001b');
});

test('a reader that goes away is no fault', async () => {
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  const { exit, out, notes } = await shell(directory, 'everbearer status | head -1');
  expect({ exit, out, notes }).toEqual({ exit: 0, out: 'default  expired\n', notes: '' });
});

test('status and standard input are those of a program', async () => {
  const { server } = shared;
  const { directory } = commandLine(server);
  expect(await shell(directory, 'everbearer status')).toMatchObject({ exit: 2 });
  const input = server.signIn().refresh_token as string;
  const imported = await shell(directory, 'everbearer import --raw', { input });
  expect(imported).toMatchObject({ exit: 0, notes: '' });
  refuseLeaks(server, imported.out, ['import']);
  expect(await shell(directory, 'everbearer nonsense')).toMatchObject({ exit: 3, out: '' });
});

test.each([
  ['waits for something that never comes', 'await new Promise(() => {});'],
  ['ends the process', 'process.exit(0);'],
  [
    'fails later',
    "setTimeout(() => { throw new Error('late'); }); await new Promise((go) => setTimeout(go, 5_000));",
  ],
])('a configuration that %s is not taken for a good state', async (_, text) => {
  const directory = temporaryDirectory({ 'everbearer.config.mjs': text });
  const line = 'everbearer status --json --config everbearer.config.mjs';
  const { exit, out } = await shell(directory, line);
  expect({ exit, told: JSON.parse(out) }).toEqual({
    exit: 3,
    told: {
      error: { code: 'configuration', message: expect.stringContaining('before the command was done') },
    },
  });
});

test.each([
  [
    'waits for long',
    (path: string) => writeFileSync(path, 'await new Promise((go) => setTimeout(go, 60_000));'),
    'Ended before',
  ],
  [
    'is a pipe without a writer',
    (path: string) => void execFileSync('mkfifo', [path]),
    'cannot be read (EFTYPE)',
  ],
])('a configuration that %s does not keep a command from ending', async (_, make, words) => {
  const directory = temporaryDirectory({});
  const name = words.startsWith('Ended') ? 'everbearer.config.js' : 'everbearer.config.json';
  make(join(directory, name));
  const { exit, notes } = await shell(directory, 'timeout -k 5 1 everbearer status; echo $? >&2');
  expect(notes).toContain(words);
  expect(notes).toMatch(/\n(124|3)\n$/);
  expect(exit).toBe(0);
});

test('a token for a pipe or a file, in every form that goes there', async () => {
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  // Renewed first, then taken as it lies there.
  for (const line of [
    'everbearer token',
    'everbearer token | cat',
    'everbearer token > file && cat file && rm file',
  ]) {
    const { exit, out, notes } = await shell(directory, line);
    expect({ exit, kind: shared.server.judge(out.trim()).kind, notes }).toEqual({
      exit: 0,
      kind: 'valid',
      notes: '',
    });
  }
  expect(await shell(directory, 'everbearer token | true')).toMatchObject({ exit: 0, notes: '' });
  const lost = { exit: 1, out: '', notes: expect.stringContaining('takes nothing more (ENOSPC)') };
  for (const command of ['token --yes', '--help']) {
    expect(await shell(directory, `everbearer ${command} > /dev/full`)).toMatchObject(lost);
  }
  const asked = 'protocol=https\nhost=git.example.com\n';
  const helper = 'everbearer token get --output git-credential --origin https://git.example.com';
  const { exit, out } = await shell(directory, helper, { input: asked });
  expect({ exit, lines: out.split('\n').length }).toEqual({ exit: 0, lines: 4 });
  // What was read on the quick way is there for the whole program as well.
  const again = await shell(directory, `${helper} --account nobody`, { input: asked });
  expect(again).toMatchObject({ exit: 2, out: '' });
});

describe('a refresh token is typed in', () => {
  const typing = () => {
    const line = commandLine(shared.server);
    return { ...line, ...terminal(line.directory, 'everbearer import --raw') };
  };

  test('and not shown', async () => {
    const { server } = shared;
    const { answer, ended, shown, run } = typing();
    await answer('Refresh token', `${server.signIn().refresh_token}${KEYS.enter}`);
    expect(await ended, shown()).toBe(0);
    refuseLeaks(server, shown(), ['import']);
    expect(shown()).toContain('Imported default');
    expect(await run('renew')).toMatchObject({ exit: 0 });
  });

  test.each([
    ['Ctrl-C', KEYS.interrupt],
    ['Ctrl-D', '\u0004'],
  ])('or not: %s', async (_, key) => {
    const { answer, ended, shown, store } = typing();
    await answer('Refresh token', key);
    expect(await ended, shown()).toBe(3);
    expect(shown()).toContain('Ended before it was done');
    expect(existsSync(store)).toBe(false);
  });
});
