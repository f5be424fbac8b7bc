import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { readExposition } from '../support/exposition-text.ts';

const shared = sharedServer();

test('nagios: the line and its exit status, also where nothing can be looked at', async () => {
  const { run, signIn, store } = commandLine(shared.server);
  expect(await run('status --output nagios')).toMatchObject({
    exit: 2,
    out: expect.stringMatching(
      /^EVERBEARER CRITICAL - default: A person must sign in .* \| 'default renewals'=0c\n$/,
    ),
  });
  await signIn();
  expect(await run('status --output nagios')).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^EVERBEARER OK - default: expired, unknown days left \| /),
  });
  chmodSync(store, 0o777);
  const open = await run('status --output nagios');
  expect(open).toMatchObject({
    exit: 3,
    notes: '',
    out: expect.stringMatching(/^EVERBEARER UNKNOWN - [^\n]+\n$/),
  });
  const wrong = await run('status --output nagios --config gone.json');
  expect(wrong).toMatchObject({
    exit: 3,
    notes: '',
    out: expect.stringMatching(/^EVERBEARER UNKNOWN - [^\n]+\n$/),
  });
});

test.each([
  'status --output nagios --warn 7',
  'status --output=nagios extra words',
  'status --output nagios --warn-days 7 --warn-days 8',
  'status --warn-days --output nagios',
  'status --output nagios --warn-days many',
  'status --output nagios --json',
  'status --output nagios --json --frob',
  'status --output nagios --watch',
  'status --output nagios --account',
  'status --output nagios --token secret-canary-1',
  '--frob status --output nagios',
])('nagios: a mistake is told in the line that it reads: %s', async (words) => {
  const { exit, out, notes } = await commandLine(shared.server).run(words);
  expect({ exit, notes }).toEqual({ exit: 3, notes: '' });
  expect(out).toMatch(/^EVERBEARER UNKNOWN - [^\n|]+\n$/);
  expect(out).not.toContain('canary');
});

test('prometheus: the file is replaced whole, for everybody to read, and leaves nothing beside it', async () => {
  const { run, signIn, directory } = commandLine(shared.server);
  await signIn();
  const file = join(directory, 'everbearer.prom');
  const draft = join(directory, `.everbearer.prom.${process.pid}.tmp`);
  // What an earlier run of this pid left when it was killed, also where somebody made a link of it.
  symlinkSync(join(directory, 'victim'), draft);
  const before = process.umask(0o077);
  try {
    const { exit, out, notes } = await run('status --output prometheus --file everbearer.prom');
    expect({ exit, out, notes }).toEqual({ exit: 0, out: '', notes: '' });
  } finally {
    process.umask(before);
  }
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(existsSync(join(directory, 'victim'))).toBe(false);
  expect(readExposition(readFileSync(file, 'utf8'))).toContainEqual({
    name: 'everbearer_account_status',
    labels: { account: 'default' },
    value: 0,
  });
  expect(readdirSync(directory).filter((name) => name.includes('prom'))).toEqual(['everbearer.prom']);
});

test('prometheus: where it cannot be written, what is there stays, and the exit status says so', async () => {
  const { run, signIn, directory } = commandLine(shared.server);
  await signIn();
  mkdirSync(join(directory, 'folder'));
  writeFileSync(join(directory, 'real'), 'kept');
  symlinkSync('real', join(directory, 'link'));
  for (const [path, words] of [
    ['folder', 'is not a regular file'],
    ['link', 'is not a regular file'],
    ['/dev/null', 'is not a regular file'],
    ['gone/x.prom', 'ENOENT'],
    ['real/x.prom', 'ENOTDIR'],
  ] as const) {
    const { exit, notes } = await run(`status --output prometheus --file ${path}`);
    expect({ exit, notes }, path).toEqual({ exit: 3, notes: expect.stringContaining(words) });
  }
  expect(readFileSync(join(directory, 'link'), 'utf8')).toBe('kept');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  // Nothing is known, so nothing is written: the age of the file tells.
  expect(await run('status --output prometheus --file x.prom --config gone.json')).toMatchObject({
    exit: 3,
    out: '',
  });
  expect(existsSync(join(directory, 'x.prom'))).toBe(false);
});
