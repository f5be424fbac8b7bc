import { inspect } from 'node:util';
import { envBackend } from '@everbearer/backends/env';
import { fileBackend } from '@everbearer/backends/file';
import { ConfigurationError } from '@everbearer/core';
import { backendConformance } from '@everbearer/testing/backend-conformance';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lineageProvider, managerOf, originOf } from './support/seeded-manager.ts';
import { temporaryDirectory } from './support/state-files.ts';

const NAME = 'EVERBEARER_TEST_TOKEN';
const SECRET = 'a-text-that-no-error-quotes';

function variable(value: string | undefined) {
  onTestFinished(() => void delete process.env[NAME]);
  if (value === undefined) delete process.env[NAME];
  else process.env[NAME] = value;
  return envBackend({ name: NAME });
}

describe('conformance', () => {
  const create = () => envBackend({ name: NAME, env: { [NAME]: 'a-refresh-token' } });
  backendConformance({ test, readOnly: true, create });
});

test('a variable is read anew at each look, and has another version when it is another text', async () => {
  const backend = variable(undefined);
  expect(await backend.load('any')).toBeUndefined();
  variable('one');
  const one = await backend.load('any');
  expect(one).toMatchObject({ data: 'one', version: expect.stringMatching(/^[0-9a-f]{24}$/) });
  variable('two');
  expect((await backend.load('any'))?.version).not.toBe(one?.version);
  expect(backend.location).toBe(`environment variable ${NAME}`);
});

test('variables may come from elsewhere; what is inherited, or no text, is none', async () => {
  expect((await envBackend({ name: 'TOKEN', env: { TOKEN: 'rt' } }).load('any'))?.data).toBe('rt');
  expect(await envBackend({ name: 'toString', env: {} }).load('any')).toBeUndefined();
  expect(await envBackend({ name: 'TOKEN', env: { TOKEN: 5 } }).load('any')).toBeUndefined();
});

test.each([
  ['nothing', undefined, 'options'],
  ['a text', SECRET, 'options'],
  ['no name', {}, 'name'],
  ['an empty name', { name: '' }, 'name'],
  ['the value for the name', { name: `1.${SECRET}` }, 'name'],
  ['JSON for the name', { name: `{"refresh_token":"${SECRET}"}` }, 'name'],
  ['variables that are a text', { name: NAME, env: SECRET }, 'env'],
])('%s is refused, and not quoted', (_name, options, option) => {
  let error: unknown;
  try {
    envBackend(options as never);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({ option });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
});

test('check() says what is there, and what to do', async () => {
  expect((await variable('rt').check())[0]).toEqual({
    name: 'variable',
    ok: true,
    detail: expect.any(String),
  });
  for (const [value, says] of [
    [undefined, 'not set'],
    [' ', 'empty'],
  ] as const) {
    const [finding] = await variable(value).check();
    expect(finding).toMatchObject({ ok: false, detail: expect.stringContaining(says) });
  }
});

test('in front of a backend that is written it starts the family, and rotations go on from there', async () => {
  const directory = temporaryDirectory();
  const { provider, redeemed } = lineageProvider(true);
  const start = () => managerOf(provider, fileBackend({ directory }), variable('first'));
  await using before = start();
  expect(await originOf(before)).toBe('first');
  await before.renew();
  await before.close();
  // A restart goes on with what is stored: the seed was imported, and is dead by now.
  await using after = start();
  await after.renew();
  expect(redeemed).toEqual(['first', 'first~1', 'first~2']);
});

test('alone it serves where old refresh tokens stay valid, and says what that means', async () => {
  const { provider } = lineageProvider(false);
  await using manager = managerOf(provider, variable('first'));
  expect(await originOf(manager)).toBe('first');
  expect(await manager.status()).toMatchObject({
    guarantee: 'read-only',
    location: `environment variable ${NAME}`,
    warnings: [expect.stringContaining('read-only')],
  });
});

test('alone it is refused where they do not, with the reason and the remedy', () => {
  const { provider } = lineageProvider(true);
  expect(() => managerOf(provider, variable('first'))).toThrow(
    /single-use, and `backend` is read-only.*Give it as `seed`.*fileBackend.*acceptLostRotations: true/,
  );
});

test('a text that is no credential is an error that names the variable and quotes nothing', async () => {
  const { provider } = lineageProvider(false);
  await using manager = managerOf(provider, variable(`{"refresh_token":"${SECRET}`));
  const error = await manager.getToken().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'TokenBackendError', code: 'damaged' });
  expect((error as Error).message).toContain(`environment variable ${NAME} begins like JSON`);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
});

test('a variable that is not set leaves nobody signed in', async () => {
  const { provider } = lineageProvider(false);
  await using manager = managerOf(provider, variable(undefined));
  expect(await originOf(manager)).toBe('no_credential');
});
