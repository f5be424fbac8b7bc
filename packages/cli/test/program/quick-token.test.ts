import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { quickToken } from '../../src/program/quick-token.ts';
import { commandLine, type RunOptions, sharedServer } from '../support/command-line.ts';

/* The quick way prints what the whole program prints, or leaves it to that. */

const shared = sharedServer({ accessTokenLifeMs: 3_600_000 });
const HOST = 'https://git.example.com';

async function signedIn(more: Record<string, unknown> = {}) {
  const line = commandLine(shared.server, more);
  await line.signIn();
  expect(await line.run('renew')).toMatchObject({ exit: 0 });
  const quick = (words: string, options: RunOptions = {}) =>
    line.run(words.split(' '), { shows: true, ...options, by: quickToken });
  /** Where the record is, and its newest version. */
  const newest = () => {
    const [name = ''] = readdirSync(line.store);
    const folder = join(line.store, name);
    const [number] = readdirSync(folder)
      .map((each) => Number(/^v\.(\d+)$/.exec(each)?.[1] ?? 0))
      .sort((a, b) => b - a);
    return { folder, path: join(folder, `v.${number}`) };
  };
  return { ...line, quick, newest };
}

test.each<[string, string?]>([
  ['token'],
  ['token --json'],
  ['token --output header --min-life 50m'],
  ['token --output env'],
  ['token --output xoauth2 --user ada@example.com'],
  [`token --output git-credential --origin ${HOST}`, `protocol=https\nhost=git.example.com\n`],
  [`token get --output git-credential --origin ${HOST}`, `protocol=https\nhost=elsewhere.example.com\n`],
  [`token store --output git-credential --origin ${HOST}`, `protocol=https\nhost=git.example.com\n`],
  [`token get --output docker --origin ${HOST}`, HOST],
  [`token get --output docker --origin ${HOST}`, 'https://elsewhere.example.com'],
])('%s is answered as by the whole program, and asks nobody', async (words, input) => {
  const { quick, run } = await signedIn();
  const asked = shared.server.counts.refreshes;
  const { exit, out, notes } = await quick(words, { input });
  expect(exit, notes).toBeDefined();
  expect(shared.server.counts.refreshes).toBe(asked);
  const whole = await run(words.split(' '), { input, shows: true });
  expect({ exit, out, notes }).toEqual({ exit: whole.exit, out: whole.out, notes: '' });
});

test('flags and variables alone describe it as well', async () => {
  const { server } = shared;
  const { store, quick, directory } = await signedIn();
  rmSync(join(directory, 'everbearer.config.json'));
  const env = {
    EVERBEARER_ISSUER: server.issuer,
    EVERBEARER_CLIENT_ID: server.clientId,
    EVERBEARER_SCOPES: 'Mail.Read offline_access',
  };
  expect(await quick(`token --directory ${store}`, { env })).toMatchObject({ exit: 0 });
});

test('what a sign-in brought is printed at once', async () => {
  const { server } = shared;
  const line = commandLine(server);
  const onNote = () => {
    for (const code of server.pendingUserCodes()) server.approve(code);
  };
  expect(await line.run('login', { onNote })).toMatchObject({ exit: 0 });
  expect(await line.run('token', { shows: true, by: quickToken })).toMatchObject({ exit: 0 });
});

type SignedIn = Awaited<ReturnType<typeof signedIn>>;
type Doubt = [what: string, change: (line: SignedIn) => unknown, words?: string, options?: RunOptions];
const DOUBTS: Doubt[] = [
  ['another account', () => undefined, 'token --account ops'],
  ['other scopes', () => undefined, 'token --scope other'],
  ['a terminal', () => undefined, 'token', { isTerminal: true }],
  ['a terminal, with --yes', () => undefined, 'token --yes --help'],
  ['a flag that nobody knows', () => undefined, 'token --nonsense'],
  ['a format that nobody knows', () => undefined, 'token --output nonsense'],
  ['whose mailbox it is has to be found out', () => undefined, 'token --output xoauth2'],
  ['another command', () => undefined, 'status'],
  [
    'git found it refused',
    () => undefined,
    `token erase --output git-credential --origin ${HOST}`,
    {
      input: 'protocol=https\nhost=git.example.com\npassword=x\n',
    },
  ],
  ['a helper that may answer nobody', () => undefined, 'token get --output git-credential'],
  [
    'a seed in the environment',
    () => undefined,
    'token',
    { env: { EVERBEARER_REFRESH_TOKEN: 'secret-canary-1' } },
  ],
  ['Redis', () => undefined, 'token', { env: { EVERBEARER_REDIS_URL: 'redis://127.0.0.1:1' } }],
  ['signed out', ({ run }) => run('logout')],
  ['a directory that others may enter', ({ store }) => chmodSync(store, 0o755)],
  ['a folder that others may enter', ({ newest }) => chmodSync(newest().folder, 0o755)],
  ['a file that others may read', ({ newest }) => chmodSync(newest().path, 0o644)],
  ['a byte too many', ({ newest }) => appendFileSync(newest().path, ' ')],
  [
    'a link in the place of the directory',
    ({ store, directory }) => {
      renameSync(store, join(directory, 'moved'));
      symlinkSync(join(directory, 'moved'), store);
    },
  ],
  ['a newer version that is no file', ({ newest }) => mkdirSync(join(newest().folder, 'v.999'))],
  ['no store', ({ store }) => rmSync(store, { recursive: true })],
  [
    'a configuration that is no JSON',
    ({ directory }) => writeFileSync(join(directory, 'everbearer.config.json'), '{'),
  ],
  [
    'a configuration that is a program',
    ({ directory }) => {
      rmSync(join(directory, 'everbearer.config.json'));
      writeFileSync(join(directory, 'everbearer.config.js'), 'throw new Error("it was run");');
    },
  ],
];

describe('is left to the whole program, with nothing written', () => {
  test.each<Doubt>(DOUBTS)('%s', async (_, change, words = 'token', options = {}) => {
    const line = await signedIn();
    await change(line);
    expect(await line.quick(words, options)).toMatchObject({ exit: undefined, out: '', notes: '' });
  });

  test('a description that names a seed, a secret that is missing, or what the provider refuses', async () => {
    const { server } = shared;
    const { quick, directory } = await signedIn();
    const provider = {
      kind: 'oauth2',
      issuer: server.issuer,
      clientId: server.clientId,
      scopes: ['Mail.Read', 'offline_access'],
    };
    const backend = { kind: 'file', directory: 'tokens' };
    const described = async (config: unknown) => {
      writeFileSync(join(directory, 'everbearer.config.json'), JSON.stringify(config));
      return (await quick('token')).exit;
    };
    expect(await described({ provider, backend })).toBe(0);
    expect(await described({ provider, backend, seed: { kind: 'secret', path: 'seed' } })).toBeUndefined();
    expect(await described({ provider, backend: { kind: 'memory' } })).toBeUndefined();
    expect(
      await described({ provider: { ...provider, clientSecret: { env: 'NOT_SET' } }, backend }),
    ).toBeUndefined();
    expect(await described({ provider: { ...provider, tokenParameters: 1 }, backend })).toBeUndefined();
  });
});
