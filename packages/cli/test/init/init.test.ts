import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSetup } from '../../src/config/describe-setup.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const shared = sharedServer();
const ID = '11111111-2222-3333-4444-555555555555';

/** A directory with these files, and `everbearer init` in it. */
function project(files: Readonly<Record<string, unknown>> = {}) {
  const { run } = commandLine(shared.server);
  const directory = temporaryDirectory(files);
  const init = (words: string, env: Record<string, string> = {}) =>
    run(`init ${words}`.trim().split(' '), { directory, env });
  const written = () => readdirSync(directory).filter((name) => name.includes('everbearer'));
  return { directory, init, written };
}

const MODULE = { 'package.json': { type: 'module' } };
const PROVIDERS: Readonly<Record<string, readonly [flags: string, described: object]>> = {
  entra: ['--tenant contoso.example', { kind: 'microsoft', tenantId: 'contoso.example' }],
  issuer: ['--issuer https://login.example.com', { kind: 'oauth2', issuer: 'https://login.example.com' }],
  endpoints: [
    '--token-endpoint https://login.example.com/t --device-endpoint https://login.example.com/d',
    {
      kind: 'oauth2',
      tokenEndpoint: 'https://login.example.com/t',
      deviceAuthorizationEndpoint: 'https://login.example.com/d',
    },
  ],
};
const SECRETS: Readonly<Record<string, readonly [flags: string, described: object]>> = {
  none: ['', {}],
  variable: ['--secret-env CLIENT_SECRET', { clientSecret: { env: 'CLIENT_SECRET' } }],
  file: ['--secret-file secret.txt', { clientSecret: { file: 'secret.txt' } }],
};
const BACKENDS: Readonly<Record<string, readonly [flags: string, described: object]>> = {
  'usual directory': ['', { kind: 'file' }],
  directory: ['--directory tokens', { kind: 'file', directory: 'tokens' }],
  Redis: ['--redis-env STORE --redis-durable', { kind: 'redis', url: { env: 'STORE' }, durable: true }],
};
const FORMATS = ['ts', 'js', 'json'];

const combinations = Object.keys(PROVIDERS).flatMap((provider) =>
  Object.keys(SECRETS).flatMap((secret) =>
    Object.keys(BACKENDS).flatMap((backend) =>
      FORMATS.map((format) => ({ provider, secret, backend, format })),
    ),
  ),
);

test.each(combinations)(
  '$provider, secret: $secret, $backend, $format: is read back as it was meant',
  async (each) => {
    const [server, provider] = PROVIDERS[each.provider] as (typeof PROVIDERS)[string];
    const [place, clientSecret] = SECRETS[each.secret] as (typeof SECRETS)[string];
    const [store, backend] = BACKENDS[each.backend] as (typeof BACKENDS)[string];
    const { directory, init } = project({ ...MODULE, 'secret.txt': 'secret-canary-1\n' });
    const words = `--yes --format ${each.format} --client-id ${ID} --scope Mail.Read --scope offline_access`;
    const { exit, notes } = await init(
      [words, server, place, store, '--accounts ops --accounts sales'].filter(Boolean).join(' '),
    );
    expect(exit, notes).toBe(0);
    const { config, path } = await describeSetup({ directory, env: {} }, {});
    expect(path).toBe(join(directory, `everbearer.config.${each.format}`));
    expect(config).toMatchObject({
      provider: { ...provider, ...clientSecret, clientId: ID, scopes: ['Mail.Read', 'offline_access'] },
      backend,
      accounts: [{ name: 'ops' }, { name: 'sales' }],
    });
    if (each.backend === 'Redis') return;
    const env = { CLIENT_SECRET: 'secret-canary-1', XDG_STATE_HOME: directory };
    const setup = await loadConfig({ directory, env });
    expect(setup.accounts).toEqual(['ops', 'sales']);
    await setup.backend.close?.();
  },
);

describe('a program that signs in by itself', () => {
  test.each([
    ['--tenant contoso.example', 'https://graph.microsoft.com/.default', '{"kind":"file"}', ''],
    [
      '--issuer https://login.example.com --scope reports',
      'reports',
      '{"kind":"memory"}',
      '--backend memory',
    ],
  ])('%s', async (server, scope, backend, store) => {
    const { directory, init } = project();
    const { exit, out, notes } = await init(
      `--yes --client-id reports --grant client_credentials ${server} ${store}`.trim(),
    );
    expect(exit, notes).toBe(0);
    expect(out).toContain('Put the client secret into CLIENT_SECRET, then run: everbearer renew');
    const { config } = await describeSetup({ directory, env: {} }, {});
    expect(config).toMatchObject({
      provider: { scopes: [scope], grant: 'client_credentials', clientSecret: { env: 'CLIENT_SECRET' } },
      backend: JSON.parse(backend),
    });
    await expect(loadConfig({ directory, env: { CLIENT_SECRET: 'secret-canary-1' } })).resolves.toBeDefined();
  });
});

describe('which file', () => {
  const words = `--yes --client-id ${ID} --scope Mail.Read`;
  test.each<[string, Record<string, unknown>, string]>([
    ['nothing is there', {}, 'everbearer.config.json'],
    ['TypeScript', { ...MODULE, 'tsconfig.json': {} }, 'everbearer.config.ts'],
    ['JavaScript', MODULE, 'everbearer.config.js'],
    ['CommonJS', { 'package.json': { type: 'commonjs' }, 'tsconfig.json': {} }, 'everbearer.config.json'],
    ['a package.json without a type', { 'package.json': {} }, 'everbearer.config.json'],
    ['a package.json that is damaged', { 'package.json': '{' }, 'everbearer.config.json'],
  ])('where %s', async (_, files, name) => {
    const { directory, init, written } = project(files);
    expect(await init(words)).toMatchObject({ exit: 0, out: expect.stringContaining(join(directory, name)) });
    expect(written()).toEqual([name]);
    expect((await loadConfig({ directory, env: { XDG_STATE_HOME: directory } })).path).toBe(
      join(directory, name),
    );
  });

  test('JavaScript in a CommonJS project is CommonJS; TypeScript is refused there', async () => {
    const { directory, init, written } = project({ 'package.json': { type: 'commonjs' } });
    expect(await init(`${words} --format ts`)).toMatchObject({
      exit: 3,
      notes: expect.stringContaining('--format json'),
    });
    expect(written()).toEqual([]);
    expect(await init(`${words} --format js`)).toMatchObject({ exit: 0 });
    expect((await describeSetup({ directory, env: {} }, {})).config.provider).toMatchObject({ clientId: ID });
  });

  test('the one that is named, and paths are relative to it', async () => {
    const { directory, init } = project();
    mkdirSync(join(directory, 'etc'));
    expect(await init(`${words} --config etc/mail.json --directory state/mail`)).toMatchObject({ exit: 0 });
    const { config } = await describeSetup({ directory, config: 'etc/mail.json', env: {} }, {});
    expect(config.backend).toEqual({ kind: 'file', directory: '../state/mail' });
    for (const [named, said] of [
      ['etc/mail.yaml', 'must end in'],
      ['gone/mail.json', 'There is no directory'],
      ['etc/new.json --format ts', 'does not fit'],
    ])
      expect(await init(`${words} --config ${named}`)).toMatchObject({
        exit: 3,
        notes: expect.stringContaining(said as string),
      });
    expect(readdirSync(join(directory, 'etc'))).toEqual(['mail.json']);
  });

  test('one that is there stays, unless --force says otherwise', async () => {
    const text = '{"mine": true}';
    const { directory, init, written } = project({ 'everbearer.config.json': text, ...MODULE });
    const path = join(directory, 'everbearer.config.json');
    expect(await init(words)).toMatchObject({ exit: 3, notes: expect.stringContaining('--force') });
    expect(readFileSync(path, 'utf8')).toBe(text);
    const beside = await init(`${words} --force --format ts`);
    expect(beside).toMatchObject({ exit: 3, notes: expect.stringContaining('Delete it first') });
    expect(await init(`${words} --force`)).toMatchObject({ exit: 0 });
    expect(written()).toEqual(['everbearer.config.json']);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ provider: { clientId: ID } });
  });

  test('a link to nowhere is not followed', async () => {
    const { directory, init } = project();
    symlinkSync(join(directory, 'elsewhere'), join(directory, 'everbearer.config.json'));
    expect(await init(words)).toMatchObject({ exit: 3, notes: expect.stringContaining('is there by now') });
    expect(existsSync(join(directory, 'elsewhere'))).toBe(false);
  });
});

describe('without a terminal', () => {
  test('says everything that is missing, and writes nothing', async () => {
    const { init, written } = project();
    const nothing = await init('');
    expect(nothing).toMatchObject({ exit: 3, out: '' });
    expect(nothing.notes).toMatch(
      /Nobody can be asked here\. Give --client-id, --scope \(as Mail\.Read\), or run/,
    );
    expect((await init('--yes --provider oauth2')).notes).toMatch(
      /asked here\. Give --issuer \(as https:.*--client-id, --scope/,
    );
    expect((await init('--provider endpoints')).notes).toMatch(/--token-endpoint \(as/);
    const secret = await init(`--client-id ${ID} --scope a --secret-file`);
    expect(secret.exit).toBe(3);
    expect(written()).toEqual([]);
  });

  test.each([
    ['--tenant', 'a b'.replace(' ', '\u00a0'), 'one word'],
    ['--issuer', 'http://login.example.com', 'https://'],
    ['--issuer', 'login.example.com', 'https://'],
    ['--provider', 'google', 'microsoft, oauth2, endpoints'],
    ['--grant', 'password', 'client_credentials'],
    ['--backend', 'memory', 'file, redis'],
    ['--backend', 'mysql', 'file, redis'],
    ['--format', 'yaml', 'ts, js or json'],
    ['--directory', '~/tokens', 'only a shell replaces ~'],
    ['--accounts', ',', 'At least one name'],
    ['--secret-env', 'secret~canary-1', 'never the secret'],
    ['--redis-env', 'redis://:secret-canary-1@host', 'never the secret'],
  ])('%s %s is refused, and not repeated where it may be a secret', async (flag, value, words) => {
    const { init, written } = project();
    const { exit, out, notes } = await init(`--client-id ${ID} --scope Mail.Read ${flag} ${value}`);
    expect({ exit, out }).toEqual({ exit: 3, out: '' });
    expect(notes).toContain(words);
    expect(notes).not.toContain('canary');
    expect(written()).toEqual([]);
  });

  test.each<[string, string, Record<string, string>?]>([
    ['--issuer https://a.example.com --tenant common', '--tenant does not go with --issuer'],
    [
      '--issuer https://a.example.com --device-endpoint https://a.example.com/d',
      '--issuer does not go with --device-endpoint',
    ],
    [
      '--tenant common',
      '--tenant does not go with EVERBEARER_ISSUER',
      { EVERBEARER_ISSUER: 'https://a.example' },
    ],
    ['--provider oauth2 --tenant common', '--tenant does not go with --provider oauth2'],
    ['--provider microsoft --issuer https://a.example.com', '--issuer does not go with --provider microsoft'],
    ['--directory a --redis-env STORE', '--directory does not go with --redis-env'],
    ['--backend redis --directory a', '--directory does not go with --backend redis'],
    ['--backend file --redis-durable', '--redis-durable does not go with --backend file'],
    ['--secret-env A --secret-file b', '--secret-env does not go with --secret-file'],
    ['--account a --accounts b', '--account does not go with --accounts'],
  ])('%s: none is dropped in silence', async (words, says, env = {}) => {
    const { init, written } = project();
    const { exit, notes } = await init(`--yes --client-id ${ID} --scope a ${words}`, env);
    expect({ exit, notes }).toEqual({ exit: 3, notes: expect.stringContaining(says) });
    expect(written()).toEqual([]);
  });

  test('a flag of one kind alone says which kind is meant', async () => {
    const { directory, init } = project();
    expect(await init(`--yes --client-id ${ID} --scope a --redis-durable`)).toMatchObject({ exit: 0 });
    const { config } = await describeSetup({ directory, env: {} }, {});
    expect(config.backend).toEqual({ kind: 'redis', url: { env: 'REDIS_URL' }, durable: true });
    const { notes } = await init(
      `--force --client-id ${ID} --scope a --device-endpoint https://a.example.com/d`,
    );
    expect(notes).toContain('--token-endpoint');
  });

  test('what the provider would refuse is not written', async () => {
    const { init, written } = project();
    const { exit, notes } = await init(`--yes --client-id ${ID} --tenant common --grant client_credentials`);
    expect({ exit, written: written() }).toEqual({ exit: 3, written: [] });
    expect(notes).toMatch(/tenant/i);
  });

  test('variables answer as well, and --json says where it is', async () => {
    const { directory, init } = project();
    const env = { EVERBEARER_CLIENT_ID: ID, EVERBEARER_SCOPES: 'a b', EVERBEARER_ACCOUNT: 'ops' };
    const { exit, json } = await init('--json', env);
    expect(exit).toBe(0);
    expect(json()).toEqual({
      written: join(directory, 'everbearer.config.json'),
      needs: ['@azure/msal-node'],
      next: 'everbearer login',
    });
    const { config } = await describeSetup({ directory, env: {} }, {});
    expect(config).toMatchObject({ provider: { scopes: ['a', 'b'] }, accounts: [{ name: 'ops' }] });
  });

  test.runIf(process.getuid?.() !== undefined)('a directory that takes no files is named', async () => {
    const { init } = project({ blocked: '' });
    const { exit, notes } = await init(`--client-id ${ID} --scope a --config blocked/x.json`);
    expect({ exit, notes }).toEqual({ exit: 3, notes: expect.stringContaining('blocked') });
  });
});

test('texts of every kind are read back as they were', async () => {
  const { configText } = await import('../../src/init/config-text.ts');
  const odd = `it's "quoted" \\ and \${not} a \u2028 template`;
  const setup = {
    provider: { kind: 'oauth2', issuer: 'https://a.example', clientId: odd, scopes: [odd, 'b'] },
    backend: { kind: 'file', directory: odd },
    accounts: [odd, "o'neil"],
  } as const;
  for (const format of ['ts', 'js', 'json'] as const) {
    const directory = temporaryDirectory(MODULE);
    writeFileSync(join(directory, `everbearer.config.${format}`), configText(setup, format, false));
    const { config } = await describeSetup({ directory, env: {} }, {});
    expect(config).toMatchObject({ ...setup, accounts: [{ name: odd }, { name: "o'neil" }] });
  }
});
