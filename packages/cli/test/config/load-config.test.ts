import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { describeSetup } from '../../src/config/describe-setup.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const provider = {
  kind: 'oauth2',
  issuer: 'https://login.example.com',
  clientId: 'client-1',
  scopes: ['mail'],
};
const backend = { kind: 'memory' };
const JSON_FILE = 'everbearer.config.json';

const described = async (directory: string, flags = {}, env = {}) =>
  (await describeSetup({ directory, env }, flags)).config;
const faultOf = async (work: Promise<unknown>): Promise<ConfigurationError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  return error as ConfigurationError;
};

describe('the file', () => {
  test('is typed by defineConfig() and found upwards; programs load it', async () => {
    const directory = fileURLToPath(new URL('../support', import.meta.url));
    const setup = await loadConfig({ directory, env: {} });
    expect(setup.path).toBe(join(directory, 'everbearer.config.ts'));
    expect(setup.accounts).toEqual(['ada', 'ben']);
    expect(setup.provider.id).toContain('client-ts');
    expect(setup.backend.capabilities.durable).toBe(false);
  });

  test('is the nearest one, or the one that is named', async () => {
    const above = temporaryDirectory({
      [JSON_FILE]: { provider, backend },
      'other.json': { provider, origins: ['https://a.example.com'] },
    });
    const below = join(above, 'deep', 'er');
    mkdirSync(below, { recursive: true });
    expect((await loadConfig({ directory: below, env: {} })).path).toBe(join(above, JSON_FILE));
    const other = join(above, 'other.json');
    expect((await loadConfig({ config: '../../other.json', directory: below, env: {} })).path).toBe(other);
    expect((await loadConfig({ directory: below, env: { EVERBEARER_CONFIG: other } })).origins).toEqual([
      'https://a.example.com',
    ]);
  });

  test('another kind of provider is no override, and is said to be none', async () => {
    const directory = temporaryDirectory({ [JSON_FILE]: { provider, backend } });
    const { option, message } = await faultOf(described(directory, {}, { EVERBEARER_PROVIDER: 'microsoft' }));
    expect({ option, message }).toEqual({
      option: 'provider.kind',
      message: `${join(directory, JSON_FILE)} describes a provider of another kind than --provider (EVERBEARER_PROVIDER) names. Leave that out, or name another file: --config FILE (EVERBEARER_CONFIG).`,
    });
    expect(await described(directory, {}, { EVERBEARER_PROVIDER: 'oauth2' })).toMatchObject({ provider });
  });

  test('a function makes provider and backend', async () => {
    const code = `export default { provider: () => ({ id: 'own', profile: {}, scopes: [] }), backend: { kind: 'memory' } };`;
    const directory = temporaryDirectory({ 'everbearer.config.js': code });
    expect((await loadConfig({ directory, env: {} })).provider.id).toBe('own');
  });

  test.each([
    [
      'two files',
      { [JSON_FILE]: { provider }, 'everbearer.config.js': '' },
      /Keep one, or name it with --config/,
    ],
    ['no JSON', { [JSON_FILE]: '{ "secret-canary-1" ' }, /is not JSON/],
    ['no default export', { 'everbearer.config.js': 'export const a = 1;' }, /has no default export/],
    ['it fails', { 'everbearer.config.js': 'throw new Error("secret-canary-1");' }, /failed when it was run/],
    ['a package is missing', { 'everbearer.config.js': 'import "not-there-at-all";' }, /not installed there/],
    [
      'a value that the provider refuses',
      { [JSON_FILE]: { provider: { ...provider, issuer: 'ftp://a' } } },
      /`provider`: .*issuer/,
    ],
  ])('%s: says so, names the file, and repeats nothing of it', async (_, files, words) => {
    const directory = temporaryDirectory(files);
    const { message } = await faultOf(loadConfig({ directory, env: {} }));
    expect(message).toMatch(words);
    expect(message).toContain(directory);
    expect(message).not.toContain('secret-canary-1');
  });

  test('a directory with ~ is refused wherever it is named: only a shell replaces it', async () => {
    const home = { kind: 'file', directory: '~/tokens' };
    const inFile = temporaryDirectory({ [JSON_FILE]: { provider, backend: home } });
    const inVariable = temporaryDirectory({ [JSON_FILE]: { provider } });
    for (const [directory, env] of [
      [inFile, {}],
      [inVariable, { EVERBEARER_DIRECTORY: '~/tokens' }],
    ] as const) {
      const { message } = await faultOf(loadConfig({ directory, env }));
      expect(message).toMatch(/begins with `~`/);
    }
  });

  test('one that is named and missing is no reason to look elsewhere', async () => {
    const directory = temporaryDirectory({ [JSON_FILE]: { provider } });
    const { message } = await faultOf(loadConfig({ config: 'gone.json', directory, env: {} }));
    expect(message).toMatch(/gone\.json\. Correct --config/);
  });

  test.runIf(process.getuid?.() === 0)('of another user is run only if it is named', async () => {
    const directory = temporaryDirectory({ [JSON_FILE]: { provider, backend } });
    const path = join(directory, JSON_FILE);
    chownSync(path, 4711, 4711);
    const { message } = await faultOf(loadConfig({ directory, env: {} }));
    expect(message).toMatch(/belongs to uid 4711.*--config/);
    expect((await loadConfig({ config: path, directory, env: {} })).path).toBe(path);
  });
});

describe('flags and variables', () => {
  test('override the file, a flag before its variable', async () => {
    const directory = temporaryDirectory({ [JSON_FILE]: { provider, backend, accounts: ['ada', 'ben'] } });
    const env = {
      EVERBEARER_CLIENT_ID: 'of-env',
      EVERBEARER_ISSUER: 'https://env.example.com',
      EVERBEARER_SCOPES: 'a  b',
    };
    const config = await described(
      directory,
      { clientId: 'of-flag', account: 'ben', directory: 'tokens' },
      env,
    );
    expect(config.provider).toEqual({
      kind: 'oauth2',
      issuer: 'https://env.example.com',
      clientId: 'of-flag',
      scopes: ['a', 'b'],
    });
    expect(config.backend).toEqual({ kind: 'file', directory: join(directory, 'tokens') });
    expect(config.accounts?.map((each) => (typeof each === 'string' ? each : each.name))).toEqual([
      'ben',
      'ada',
    ]);
  });

  test('without a file: Entra, or an issuer, and the file backend', async () => {
    const directory = temporaryDirectory();
    const env = { EVERBEARER_CLIENT_ID: 'client-1', EVERBEARER_SCOPES: 'Mail.Read' };
    const entra = await loadConfig({
      directory,
      env: { ...env, EVERBEARER_TENANT_ID: 'common', EVERBEARER_DIRECTORY: directory },
    });
    expect(entra.origins).toEqual(['https://graph.microsoft.com']);
    expect(entra.backend.location).toContain(directory);
    const { provider: other } = await described(directory, { issuer: 'https://login.example.com' }, env);
    expect(other).toMatchObject({ kind: 'oauth2', issuer: 'https://login.example.com' });
  });

  const redis = { EVERBEARER_REDIS_URL: 'redis://:secret-canary-3@localhost' };
  const issued = { ...provider, issuer: 'https://login.example.com' };
  const entra = { kind: 'microsoft', tenantId: 'common', clientId: 'client-1', scopes: ['Mail.Read'] };
  test.each<[string, object | undefined, object, object, RegExp]>([
    ['two servers', undefined, { tenant: 'a', issuer: 'b' }, {}, /^--tenant does not go with --issuer: /],
    [
      'a flag and a variable',
      undefined,
      { tenant: 'a' },
      { EVERBEARER_TOKEN_ENDPOINT: 'b' },
      /^--tenant does not go with EVERBEARER_TOKEN_ENDPOINT: /,
    ],
    [
      'a tenant of no Entra',
      issued,
      {},
      { EVERBEARER_TENANT_ID: 'a' },
      /^EVERBEARER_TENANT_ID does not go with .*everbearer\.config\.json: the first is of Microsoft Entra/,
    ],
    [
      'an issuer of Entra',
      entra,
      { issuer: 'b' },
      {},
      /^--issuer does not go with .*\.json: .*--config FILE/,
    ],
    [
      'a kind and a tenant',
      undefined,
      { provider: 'oauth2', tenant: 'a' },
      {},
      /^--tenant does not go with --provider oauth2: /,
    ],
    [
      'two stores',
      issued,
      {},
      { EVERBEARER_DIRECTORY: 'tokens', ...redis },
      /^EVERBEARER_DIRECTORY does not go with EVERBEARER_REDIS_URL: /,
    ],
  ])('of two of which one would be ignored, none is taken: %s', async (_, file, flags, env, says) => {
    const directory = temporaryDirectory(file ? { [JSON_FILE]: { provider: file } } : {});
    const { message } = await faultOf(described(directory, flags, env));
    expect(message).toMatch(says);
    expect(message).toMatch(/Leave (one|it) out/);
    expect(message).not.toContain('canary');
  });

  test('a directory that is typed is in place of a store that a variable names', async () => {
    const directory = temporaryDirectory({ [JSON_FILE]: { provider } });
    expect(await described(directory, { directory: 'tokens' }, redis)).toMatchObject({
      backend: { kind: 'file', directory: join(directory, 'tokens') },
    });
  });

  test('secrets come from variables, and only their place is in the description', async () => {
    const env = {
      EVERBEARER_CLIENT_SECRET: 'secret-canary-1',
      EVERBEARER_REFRESH_TOKEN: 'secret-canary-2',
      EVERBEARER_REDIS_URL: 'redis://:secret-canary-3@localhost',
    };
    const config = await described(temporaryDirectory({ [JSON_FILE]: { provider } }), {}, env);
    expect(config).toMatchObject({
      provider: { clientSecret: { env: 'EVERBEARER_CLIENT_SECRET' } },
      backend: { kind: 'redis', url: { env: 'EVERBEARER_REDIS_URL' } },
      accounts: [{ name: 'default', seed: { kind: 'env', name: 'EVERBEARER_REFRESH_TOKEN' } }],
    });
    expect(JSON.stringify(config)).not.toContain('canary');
  });

  test('with neither file nor client: the message names flag, variable and file', async () => {
    const { message, option } = await faultOf(loadConfig({ directory: temporaryDirectory(), env: {} }));
    expect(option).toBe('provider.clientId');
    expect(message).toMatch(/everbearer\.config\.ts.*--client-id.*EVERBEARER_CLIENT_ID/);
  });

  test('a provider that is a function is not changed in silence', async () => {
    const directory = temporaryDirectory({
      'everbearer.config.js': 'export default { provider: () => ({}) };',
    });
    const { message } = await faultOf(
      described(directory, {}, { EVERBEARER_ISSUER: 'https://x.example.com' }),
    );
    expect(message).toMatch(/is a function.*issuer/);
  });

  test('a secret that is missing names its variable or file', async () => {
    const secret = (clientSecret: unknown) =>
      temporaryDirectory({ [JSON_FILE]: { provider: { ...provider, clientSecret } }, 'empty.txt': '\n' });
    const fault = async (clientSecret: unknown) =>
      (await faultOf(loadConfig({ directory: secret(clientSecret), env: {} }))).message;
    expect(await fault({ env: 'NOT_SET' })).toMatch(/NOT_SET, which is not set/);
    expect(await fault({ file: 'gone.txt' })).toMatch(/gone\.txt, which cannot be read \(ENOENT\)/);
    expect(await fault({ file: 'empty.txt' })).toMatch(/empty\.txt, which is empty/);
  });

  test('an option is named once, by its place in the file', async () => {
    const found = async (more: object) => {
      const directory = temporaryDirectory({ [JSON_FILE]: { provider, backend, ...more } });
      const { message, option } = await faultOf(loadConfig({ directory, env: {} }));
      return { option, message: message.replace(`${join(directory, JSON_FILE)}: `, '') };
    };
    const missing = 'is read from the environment variable NOT_SET, which is not set. Set it.';
    expect(await found({ backend: { kind: 'redis', url: { env: 'NOT_SET' } } })).toEqual({
      option: 'backend.url',
      message: `\`backend.url\` ${missing}`,
    });
    expect(await found({ provider: { ...provider, clientSecret: { env: 'NOT_SET' } } })).toEqual({
      option: 'provider.clientSecret',
      message: `\`provider.clientSecret\` ${missing}`,
    });
    const inner = await found({ provider: { ...provider, issuer: 'nowhere' } });
    expect(inner).toMatchObject({
      option: 'provider.issuer',
      message: expect.stringMatching(/^`provider`: `issuer` is not/),
    });
  });
});
