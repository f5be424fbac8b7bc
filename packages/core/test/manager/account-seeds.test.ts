import { type AccountsOptions, createAccounts, type Seed, seedFrom } from '@everbearer/core';
import { STRICT_PROFILE } from '@everbearer/core/contract';
import { unheardRejections } from '@everbearer/far-end/support/unheard-rejections';
import { describe, expect, test } from 'vitest';
import { expectRefusal, MARK } from '../support/expect-refusal.ts';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

function world(seed: AccountsOptions['seed']) {
  const server = strictServer();
  const store = sharedStore();
  const accounts = createAccounts({ provider: server.provider, backend: store.backend, seed });
  return { server, store, accounts };
}

describe('no credential serves two accounts', () => {
  const lasting = { profile: { rotates: false, graceMs: Number.POSITIVE_INFINITY } as const };
  const { provider, signIn } = strictServer(lasting);
  const { backend } = sharedStore();
  const acquire = async () => ({ accessToken: 'at' });
  const application = { id: 'p', profile: STRICT_PROFILE, scopes: ['a'], acquire };
  const one = seedOf(signIn().refreshToken);

  test.each<[string, unknown, string]>([
    ['one seed for all', { provider, backend, seed: one.seed }, 'seed'],
    ['a seed that is a text', { provider, backend, seed: MARK }, 'seed'],
    ['a seed in place of the backend', { provider, backend: one.seed }, 'backend'],
    ['one that is only read in place of the backend', { provider, backend: one.backend }, 'backend'],
    ['the same, the loss accepted', { provider, backend: one.seed, acceptLostRotations: true }, 'backend'],
    ['the same, for the application itself', { provider: application, backend: one.seed }, 'backend'],
    ['seeds where none is redeemed', { provider: application, backend, seed: () => one.seed }, 'seed'],
  ])('createAccounts refuses %s', async (_name, options, option) => {
    await expectRefusal(() => createAccounts(options as AccountsOptions), option);
  });

  test('a function that gives two accounts the same credential is refused for the second', async () => {
    const { server, accounts } = world(() => seed);
    const { seed, backend: shared } = seedOf(server.signIn().refreshToken);
    const token = await accounts.for('a').getToken();
    await expectRefusal(() => accounts.for('b').getToken(), 'seed');
    expect((await accounts.for('a').getToken()).token).toBe(token.token);
    expect(server.counts.refreshes).toBe(1);
    const wrapped = world(() => seedFrom(shared));
    await wrapped.accounts.for('a').status();
    await expectRefusal(() => wrapped.accounts.for('b').getToken(), 'seed');
  });
});

describe('the same credential in two places is that of the account that had it first', () => {
  test.each<[string, (token: string) => string]>([
    ['as it stands', (token) => token],
    ['with a line break', (token) => `${token}\n`],
    ['as JSON', (token) => JSON.stringify({ refresh_token: token })],
  ])('%s', async (_name, written) => {
    const { server, store, accounts } = world((account) =>
      seedFrom(seedOf(account === 'a' ? token : written(token)).backend),
    );
    const token = server.signIn().refreshToken as string;
    const first = await accounts.for('a').getToken();
    await expectRefusal(() => accounts.for('b').getToken(), 'seed');
    expect((await accounts.for('a').getToken()).token).toBe(first.token);
    const { provider, counts } = server;
    const later = createAccounts({ provider, backend: store.backend, seed: () => seedOf(token).seed });
    await later.for('a').getToken();
    await expectRefusal(() => later.for('b').getToken(), 'seed');
    expect(counts).toMatchObject({ refreshes: 1, reuses: 0 });
  });

  test('asked for at the same moment', async () => {
    const { server, accounts } = world(() => seedOf(token).seed);
    const token = server.signIn().refreshToken as string;
    const asked = ['a', 'b', 'c'].map((name) => accounts.for(name).getToken());
    const ends = await Promise.allSettled(asked);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
  });
});

test('each account begins with its own seed, and one without a seed with none', async () => {
  const asked: string[] = [];
  const seeds = new Map<string, Seed>();
  const { server, accounts } = world((account) => {
    asked.push(account);
    return seeds.get(account);
  });
  for (const name of ['a', 'b']) seeds.set(name, seedOf(server.signIn().refreshToken).seed);
  const [a, b] = await Promise.all([accounts.for('a').getToken(), accounts.for('b').getToken()]);
  expect(a.token).not.toBe(b.token);
  await expect(accounts.for('c').getToken()).rejects.toMatchObject({ code: 'no_credential' });
  await accounts.for('a').getToken();
  expect(asked.sort()).toEqual(['a', 'b', 'c']);
  await accounts.for('a').signOut();
  await expect(accounts.for('a').getToken()).rejects.toMatchObject({ code: 'signed_out' });
  expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
});

test('a seed that changes is a new sign-in of its account alone', async () => {
  const changing = seedOf(undefined);
  const { server, accounts } = world((account) => (account === 'a' ? changing.seed : undefined));
  await expect(accounts.for('a').getToken()).rejects.toMatchObject({ code: 'no_credential' });
  changing.change(server.signIn().refreshToken as string);
  await accounts.for('a').renew();
  expect(accounts.for('a').state).toBe('valid');
});

describe('a function that fails', () => {
  const thrown = () => {
    throw new TypeError(`no such name: ${MARK}`);
  };
  test.each<[string, () => unknown]>([
    ['throws', thrown],
    ['rejects', async () => thrown()],
    ['resolves to a seed', async () => seedOf('rt').seed],
    ['returns null', () => null],
    ['returns what cannot be looked at', () => Object.defineProperty({}, 'then', { get: thrown })],
    ['returns a text', () => MARK],
    ['returns a backend', () => seedOf('rt').backend],
  ])('%s: a typed error, and nothing that nobody hears', async (_name, seed) => {
    using unheard = unheardRejections();
    const { accounts } = world(seed as AccountsOptions['seed']);
    const account = accounts.for('a');
    expect(account.peek()).toBeUndefined();
    expect(account.state).toBe('unknown');
    await expectRefusalBeside(() => account.getToken());
    await expectRefusalBeside(() => account.renew());
    expect((await account.status()).warnings).toEqual([expect.stringMatching(/seed/)]);
    await accounts.close();
    expect(await unheard.soFar()).toEqual([]);
  });

  test('it is asked again, and a living session goes on without it', async () => {
    let fails = true;
    const { server, accounts } = world((account) => {
      if (fails) throw new Error('not loaded yet');
      return account === 'b' ? late : undefined;
    });
    const late = seedOf(server.signIn().refreshToken).seed;
    const { token } = await signedIn();
    expect((await accounts.for('a').renew()).token).not.toBe(token);
    await accounts.for('a').signOut();
    await expect(accounts.for('b').getToken()).rejects.toMatchObject({ option: 'seed' });
    fails = false;
    await accounts.for('b').renew();
    expect(accounts.for('b').state).toBe('valid');

    async function signedIn() {
      await accounts.for('a').signIn(server.signIn());
      return accounts.for('a').getToken();
    }
  });
});

/** As `expectRefusal`; what the function threw is its own, and may be the cause. */
async function expectRefusalBeside(work: () => Promise<unknown>): Promise<void> {
  const error = await work().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'ConfigurationError', option: 'seed' });
  expect((error as Error).message).not.toContain(MARK);
}
