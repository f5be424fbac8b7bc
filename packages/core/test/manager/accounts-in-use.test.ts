import { type Accounts, createAccounts, createTokenManager, type TokenManager } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { gate, slowWorld } from '../support/slow-world.ts';

/** One account is kept at hand, so that each use of another one asks for the first to be let go of. */
function world() {
  const slow = slowWorld();
  const { provider, backend } = slow;
  const accounts = createAccounts({ provider, backend, maxLive: 1 });
  return { ...slow, accounts };
}

/** Uses other accounts, without I/O, as many as it takes. */
function crowd(accounts: Accounts): void {
  for (const name of ['b', 'c', 'd']) accounts.for(name).peek();
}

const turns = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Begins an operation, lets it come to a gate, uses other accounts meanwhile, and lets it end. */
async function crowded<T>(
  accounts: Accounts,
  at: ReturnType<typeof gate>,
  begin: () => Promise<T>,
): Promise<T> {
  at.shut();
  const work = begin();
  work.catch(() => undefined);
  await turns();
  expect(at.waiting).toBeGreaterThan(0);
  crowd(accounts);
  await turns();
  crowd(accounts);
  at.open();
  return work;
}

async function expectSignedOut(account: TokenManager): Promise<void> {
  expect(account.peek()).toBeUndefined();
  expect(account.state).toBe('signed_out');
  await expect(account.getToken()).rejects.toMatchObject({ code: 'signed_out' });
}

describe('an account with a call under way is never let go of', () => {
  test.each(['load', 'save', 'saved'] as const)('signOut(), which waits at the store (%s)', async (place) => {
    const { accounts, server, [place]: at } = world();
    await accounts.for('a').signIn(server.signIn());
    await accounts.for('a').getToken();
    await crowded(accounts, at, () => accounts.for('a').signOut());
    await expectSignedOut(accounts.for('a'));
  });

  test.each(['load', 'save', 'saved'] as const)('signIn(), which waits at the store (%s)', async (place) => {
    const { accounts, server, [place]: at } = world();
    await accounts.for('a').signIn(server.signIn());
    const next = server.signIn();
    await crowded(accounts, at, () => accounts.for('a').signIn(next));
    expect(accounts.for('a').peek()?.token).toBe(next.accessToken);
    expect((await accounts.for('a').getToken()).token).toBe(next.accessToken);
  });

  test.each(['load', 'save', 'saved', 'reply'] as const)('renew(), which waits (%s)', async (place) => {
    const { accounts, server, provider, backend, [place]: at } = world();
    await accounts.for('a').signIn(server.signIn());
    // Without that it would take the lease in what it saw last, and look no more.
    await using elsewhere = createTokenManager({ provider, backend, account: 'a' });
    if (place === 'load') await elsewhere.renew();
    const { token } = await crowded(accounts, at, () => accounts.for('a').renew());
    expect(accounts.for('a').peek()?.token).toBe(token);
    expect((await accounts.for('a').getToken()).token).toBe(token);
    expect(server.counts.refreshes).toBe(1);
  });

  test.each(['load', 'save', 'saved', 'reply'] as const)('getToken(), which waits (%s)', async (place) => {
    const { accounts, server, provider, backend, [place]: at } = world();
    await accounts.for('a').signIn({ refreshToken: server.signIn().refreshToken });
    await using elsewhere = createTokenManager({ provider, backend, account: 'a' });
    if (place === 'load') await elsewhere.getToken();
    const { token } = await crowded(accounts, at, () => accounts.for('a').getToken());
    expect((await accounts.for('a').getToken()).token).toBe(token);
    expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
  });

  test('status(), which finds out that somebody signed out elsewhere', async () => {
    const { accounts, server, provider, backend, load } = world();
    await accounts.for('a').signIn(server.signIn());
    await using elsewhere = createTokenManager({ provider, backend, account: 'a' });
    await elsewhere.signOut();
    const status = await crowded(accounts, load, () => accounts.for('a').status());
    expect(status.state).toBe('signed_out');
    await expectSignedOut(accounts.for('a'));
  });

  test('a look that the store hinted at, which finds that somebody signed out elsewhere', async () => {
    const { provider, load, server, backend } = world();
    const hints = new Map<string, () => void>();
    const hinting = {
      ...backend,
      watch(key: string, hint: () => void) {
        hints.set(key, hint);
        return () => void hints.delete(key);
      },
    };
    const accounts = createAccounts({ provider, backend: hinting, maxLive: 1 });
    await accounts.for('a').signIn(server.signIn());
    await turns();
    await using elsewhere = createTokenManager({ provider, backend, account: 'a' });
    await elsewhere.signOut();
    load.shut();
    for (const hint of hints.values()) hint();
    await turns();
    expect(load.waiting).toBe(1);
    crowd(accounts);
    await turns();
    crowd(accounts);
    load.open();
    await turns();
    await expectSignedOut(accounts.for('a'));
  });

  test('a renewal that no caller waits for, and a rotation that is not saved yet', async () => {
    const { accounts, server, save, saved } = world();
    await accounts.for('a').signIn({ refreshToken: server.signIn().refreshToken });
    const abort = new AbortController();
    await crowded(accounts, saved, async () => {
      const asked = accounts.for('a').getToken({ signal: abort.signal });
      asked.catch(() => undefined);
      await turns();
      abort.abort();
      await expect(asked).rejects.toThrow();
    });
    save.open();
    await turns();
    await accounts.for('a').getToken();
    expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
  });
});

describe('after a sign-out no token of before is handed out', () => {
  test.each([
    ['its lease', 'save', 1],
    ['its lease, which is stored', 'saved', 1],
    ['the reply', 'reply', 1],
    ['what it brought', 'save', 2],
    ['what it brought, which is stored', 'saved', 2],
  ] as const)('a renewal was under way, waiting for %s', async (_name, place, nth) => {
    const slow = slowWorld();
    const { provider, backend, server, [place]: at } = slow;
    await using manager = createTokenManager({ provider, backend });
    await manager.signIn({ refreshToken: server.signIn().refreshToken });
    const held = gate();
    held.shut();
    let left: number = nth;
    at.pass = async () => (--left === 0 ? held.pass() : undefined);
    const asked = manager.getToken();
    asked.catch(() => undefined);
    await turns();
    expect(held.waiting).toBe(1);
    await manager.signOut();
    held.open();
    await expect(asked).rejects.toMatchObject({ code: 'signed_out' });
    await expectSignedOut(manager);
  });

  test('a handle is closed and another one used in the middle of it', async () => {
    const { accounts, server, save } = world();
    const [one, other] = [accounts.for('a'), accounts.for('a')];
    await one.signIn(server.signIn());
    save.shut();
    const signedOut = one.signOut();
    await turns();
    const closed = one.close();
    const asked = other.getToken();
    asked.catch(() => undefined);
    await turns();
    save.open();
    await Promise.all([signedOut, closed]);
    await asked.catch(() => undefined);
    await expectSignedOut(other);
  });
});

describe('closing a handle closes that one alone', () => {
  test('calls of others go on', async () => {
    const { accounts, server, reply } = world();
    const [one, other] = [accounts.for('a'), accounts.for('a')];
    await one.signIn({ refreshToken: server.signIn().refreshToken });
    reply.shut();
    const asked = other.getToken();
    asked.catch(() => undefined);
    await turns();
    const closed = one.close();
    await turns();
    reply.open();
    await closed;
    expect((await asked).token).toMatch(/^at-/);
    expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
    expect(one.state).toBe('closed');
  });

  test('a call of its own ends, and the next handle takes over what its renewal brings', async () => {
    const { accounts, server, reply } = world();
    const [one, other] = [accounts.for('a'), accounts.for('a')];
    await one.signIn({ refreshToken: server.signIn().refreshToken });
    reply.shut();
    const asked = one.getToken();
    asked.catch(() => undefined);
    await turns();
    const closed = one.close();
    const next = other.getToken();
    await turns();
    reply.open();
    await closed;
    expect((await next).token).toMatch(/^at-/);
    expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
    await asked.catch(() => undefined);
  });
});
