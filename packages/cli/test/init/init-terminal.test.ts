import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSetup } from '../../src/config/describe-setup.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { KEYS, terminal } from '../support/terminal.ts';

/* The questions, as a person meets them at a terminal. */

const { enter, down, interrupt } = KEYS;
const written = (directory: string) => readdirSync(directory).filter((name) => name.includes('everbearer'));
const described = async (directory: string) => (await describeSetup({ directory, env: {} }, {})).config;

describe.each([80, 40])('at %i columns', (columns) => {
  test('Entra, with defaults wherever there are some; what is missing is asked again', async () => {
    const directory = temporaryDirectory();
    const { answer, ended, shown } = terminal(directory, 'everbearer init', { columns });
    await answer('Who issues the tokens?', enter);
    await answer('Tenant: its id or domain, or common', enter);
    await answer('Client id, as the server issued it', enter);
    await answer('Something must stand here.', `client-1${enter}`);
    await answer('Whose data is it about?', enter);
    await answer('Scopes, with spaces between', `Mail.Read Mail.Send${enter}`);
    await answer('Where is the client secret?', enter);
    await answer('Where are tokens kept?', enter);
    await answer('Which directory? (empty: the usual)', enter);
    await answer('Names of the accounts, in your words', enter);
    expect(await ended, shown()).toBe(0);
    expect(shown()).toContain('Next: everbearer login');
    expect(await described(directory)).toMatchObject({
      provider: {
        kind: 'microsoft',
        tenantId: 'common',
        clientId: 'client-1',
        scopes: ['Mail.Read', 'Mail.Send'],
      },
      backend: { kind: 'file' },
      accounts: [{ name: 'default' }],
    });
    const questions = shown().slice(0, shown().indexOf('Wrote'));
    // A line is drawn anew in its place while somebody types.
    for (const line of questions.split(/[\r\n]+|(?=[│◆◇▲└])/))
      expect(line.length, line).toBeLessThanOrEqual(columns);
  });

  test('endpoints, a secret and Redis', async () => {
    const directory = temporaryDirectory();
    const { answer, ended, shown } = terminal(directory, 'everbearer init --client-id reports', { columns });
    await answer('Who issues the tokens?', `${down}${down}${enter}`);
    await answer('Its token endpoint', `https://a.example/token${enter}`);
    await answer('Its device endpoint, or empty', enter);
    await answer('Its authorization endpoint, or empty', `https://a.example/authorize${enter}`);
    await answer('Whose data is it about?', enter);
    await answer('Scopes, with spaces between', `openid${enter}`);
    await answer('Where is the client secret?', `${down}${enter}`);
    await answer('Its name (never the secret itself)', `pasted~secret${enter}`);
    await answer('It must be the name of a variable', `${'\b'.repeat(20)}REPORTS_SECRET${enter}`);
    await answer('Where are tokens kept?', `${down}${enter}`);
    await answer('Variable that holds its address', enter);
    await answer('Does it keep data over a restart?', `${down}${enter}`);
    await answer('Names of the accounts, in your words', `ops sales${enter}`);
    expect(await ended, shown()).toBe(0);
    expect(await described(directory)).toMatchObject({
      provider: {
        kind: 'oauth2',
        tokenEndpoint: 'https://a.example/token',
        authorizationEndpoint: 'https://a.example/authorize',
        clientId: 'reports',
        clientSecret: { env: 'REPORTS_SECRET' },
      },
      backend: { kind: 'redis', url: { env: 'REDIS_URL' }, durable: true },
      accounts: [{ name: 'ops' }, { name: 'sales' }],
    });
  });
});

describe('nothing is left behind', () => {
  test.each([
    ['by Ctrl-C at a choice', async ({ answer }) => answer('Who issues the tokens?', interrupt)],
    [
      'by Ctrl-C at a text',
      async ({ answer }) => {
        await answer('Who issues the tokens?', enter);
        await answer('Tenant', `contoso${interrupt}`);
      },
    ],
    ['by the end of the input', async ({ answer }) => answer('Who issues the tokens?', '\u0004')],
  ] as [string, (at: ReturnType<typeof terminal>) => Promise<void>][])('%s', async (_, end) => {
    const directory = temporaryDirectory();
    const at = terminal(directory, 'everbearer init');
    await end(at);
    expect(await at.ended, at.shown()).toBe(1);
    expect(at.shown()).toContain('Nothing was written.');
    expect(written(directory)).toEqual([]);
  });

  test('by SIGTERM while a question waits', async () => {
    const directory = temporaryDirectory();
    const { answer, ended, shown } = terminal(directory, 'echo "pid $$"; exec everbearer init');
    await answer('Who issues the tokens?', '');
    process.kill(Number(/pid (\d+)/.exec(shown())?.[1]), 'SIGTERM');
    expect(await ended, shown()).toBe(1);
    expect(shown()).toContain('Nothing was written.');
    expect(written(directory)).toEqual([]);
  });
});

test('a file that is there is kept, unless a person says otherwise', async () => {
  const directory = temporaryDirectory({ 'everbearer.config.json': '{"mine":true}' });
  const path = join(directory, 'everbearer.config.json');
  const line =
    'everbearer init --client-id a --scope b --tenant c --grant refresh_token --directory d --account e';
  const kept = terminal(directory, line);
  await kept.answer('Replace everbearer.config.json?', enter);
  expect(await kept.ended).toBe(1);
  expect(readFileSync(path, 'utf8')).toBe('{"mine":true}');
  const replaced = terminal(directory, line);
  await replaced.answer('Replace everbearer.config.json?', `${down}${enter}`);
  await replaced.answer('Where is the client secret?', enter);
  expect(await replaced.ended, replaced.shown()).toBe(0);
  expect(await described(directory)).toMatchObject({ provider: { clientId: 'a' } });
});

test('with its input or its output elsewhere nobody is asked', async () => {
  const directory = temporaryDirectory();
  for (const line of ['everbearer init < /dev/null', 'everbearer init 2> notes']) {
    const { ended, shown } = terminal(directory, line);
    expect(await ended, shown()).toBe(3);
  }
  expect(readFileSync(join(directory, 'notes'), 'utf8')).toContain('Nobody can be asked here');
  expect(written(directory)).toEqual([]);
  writeFileSync(join(directory, 'notes'), '');
  expect(existsSync(join(directory, 'everbearer.config.json'))).toBe(false);
});

test('a terminal that does not know its width is asked in whole lines', async () => {
  const { answer, ended } = terminal(temporaryDirectory(), 'everbearer init', { columns: 0 });
  await answer('Who issues the tokens?', KEYS.interrupt);
  expect(await ended).toBe(1);
});
