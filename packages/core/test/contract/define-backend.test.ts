import { inspect } from 'node:util';
import { createAccounts, createTokenManager } from '@everbearer/core';
import { defineBackend, type TokenBackend } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

const SECRET = 'a-text-that-no-error-quotes';

/** As drivers do: the statement, its parameters and the row are in the error. */
function driverError() {
  const message = `duplicate key value violates unique constraint: Key (token)=(${SECRET}) already exists.`;
  return Object.assign(new Error(message), { code: '23505', detail: SECRET, parameters: [SECRET] });
}

function table() {
  const rows = new Map<string, string>();
  return {
    rows,
    load: (key: string) => rows.get(key) ?? null,
    save: (key: string, data: string) => void rows.set(key, data),
    remove: (key: string) => void rows.delete(key),
    compareAndSave(key: string, data: string, expected: string | undefined) {
      if (rows.get(key) !== expected) return false;
      rows.set(key, data);
      return true;
    },
    compareAndDelete: (key: string, expected: string) => rows.get(key) === expected && rows.delete(key),
    list: () => rows.keys(),
  };
}

function oneWriter(): TokenBackend {
  const { load, save, remove, list } = table();
  return defineBackend({ load, save, remove, list, singleProcess: true });
}

async function keysOf({ list }: TokenBackend): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of list?.() ?? []) keys.push(key);
  return keys;
}

describe.each([
  ['shared', () => defineBackend(table())],
  ['of one writer', oneWriter],
])('a store that is %s', (_kind, create) => {
  test('deletes by comparing, and lists', async () => {
    const backend = create();
    await backend.save('a', 'first', undefined);
    await backend.save('b', 'other', undefined);
    expect(await keysOf(backend)).toEqual(['a', 'b']);
    expect(await backend.delete?.('a', 'another')).toBe(false);
    expect(await backend.delete?.('a', 'first')).toBe(true);
    expect(await backend.load('a')).toBeUndefined();
    expect(await backend.delete?.('a', 'first')).toBe(false);
    expect(await keysOf(backend)).toEqual(['b']);
  });

  test('keeps the accounts that it lists', async () => {
    const server = strictServer();
    const accounts = createAccounts({ provider: server.provider, backend: create() });
    for (const name of ['ann', 'ben']) await accounts.for(name).signIn(server.signIn());
    await accounts.for('ben').signOut();
    const listed: string[] = [];
    for await (const account of accounts.list()) listed.push(account);
    expect(listed).toEqual(['ann']);
    await accounts.close();
  });
});

describe('a deletion that leaves a mark', () => {
  /** A table whose deleted rows stay, empty. */
  function marking() {
    const { rows, load, compareAndSave, compareAndDelete } = table();
    return {
      rows,
      load: (key: string) => load(key) || null,
      compareAndSave: (key: string, data: string, expected: string | undefined) =>
        compareAndSave(key, data, rows.get(key) === '' ? (expected ?? '') : expected),
      compareAndDelete: (key: string, expected: string) =>
        compareAndDelete(key, expected) && rows.set(key, '') !== undefined,
      wasDeleted: (key: string) => rows.get(key) === '',
    };
  }

  test('is told from a loss, until something is saved there again', async () => {
    const backend = defineBackend(marking());
    expect(await backend.wasDeleted?.('a')).toBe(false);
    await backend.save('a', 'first', undefined);
    expect(await backend.wasDeleted?.('a')).toBe(false);
    await backend.delete?.('a', 'first');
    expect(await backend.wasDeleted?.('a')).toBe(true);
    await backend.save('a', 'second', undefined);
    expect(await backend.wasDeleted?.('a')).toBe(false);
  });

  test('ends a renewal that is under way: the row does not come back', async () => {
    const clock = testClock();
    const server = strictServer({ now: clock.now });
    const functions = marking();
    const manager = createTokenManager({
      provider: server.provider,
      backend: defineBackend(functions),
      clock,
    });
    await manager.signIn(server.signIn());
    await clock.advance(3_600_000);
    server.trouble.push(() => {
      for (const key of functions.rows.keys()) functions.rows.set(key, '');
    });
    await expect(manager.getToken()).rejects.toMatchObject({ code: 'no_credential' });
    await clock.advance(60_000);
    expect([...functions.rows.values()]).toEqual(['']);
  });

  test('must be told by true or false', async () => {
    const backend = defineBackend({ ...marking(), wasDeleted: () => 'yes' as unknown as boolean });
    await expect(backend.wasDeleted?.('a')).rejects.toMatchObject({ option: 'wasDeleted' });
  });
});

test('what is not given is not offered', () => {
  const { load, compareAndSave } = table();
  expect(Object.keys(defineBackend({ load, compareAndSave })).sort()).toEqual([
    'capabilities',
    'load',
    'save',
  ]);
});

test('state of its own may stand beside the functions, and what is undefined is left out', async () => {
  const backend = defineBackend({
    ...table(),
    pool: { size: 4 },
    retries: 3,
    list: undefined,
    durable: undefined,
    location: undefined,
  } as Parameters<typeof defineBackend>[0]);
  expect(backend).toMatchObject({ capabilities: { durable: true } });
  expect(Object.keys(backend)).not.toContain('list');
  expect(await backend.save('a', 'text', undefined)).toBe('text');
});

test('functions keep their object, and what they are told passes through', async () => {
  class Store {
    closed = false;
    hints: string[] = [];
    rows = table();
    load(key: string) {
      return this.rows.load(key);
    }
    compareAndSave(key: string, data: string, expected: string | undefined) {
      return this.rows.compareAndSave(key, data, expected);
    }
    async *list() {
      yield* this.rows.rows.keys();
    }
    watch(key: string) {
      this.hints.push(key);
      return () => void this.hints.pop();
    }
    async check() {
      return [{ name: 'table', ok: !this.closed, detail: 'It is there.', remedy: '' }];
    }
    async close() {
      this.closed = true;
    }
  }
  const store = new Store();
  const backend = defineBackend(store);
  await backend.save('a', 'text', undefined);
  expect(await keysOf(backend)).toEqual(['a']);
  const end = backend.watch?.('a', () => undefined);
  expect(store.hints).toEqual(['a']);
  end?.();
  expect(store.hints).toEqual([]);
  await backend.close?.();
  expect((await backend.check?.())?.[0]?.ok).toBe(false);
});

test('what a driver throws comes out without its message, with its code and the place', async () => {
  const fail = () => {
    throw driverError();
  };
  const failing = { load: fail, list: fail, location: 'table tokens' };
  const halfWay = async function* () {
    yield 'a';
    fail();
  };
  const shared = defineBackend({ ...failing, compareAndSave: fail, compareAndDelete: fail });
  const lists = defineBackend({ ...table(), list: halfWay, location: 'table tokens' });
  const single = defineBackend({ ...failing, load: () => undefined, save: fail, singleProcess: true });
  const works: Record<string, () => unknown> = {
    load: () => shared.load('a'),
    save: () => shared.save('a', SECRET, undefined),
    delete: () => shared.delete?.('a', SECRET),
    list: () => keysOf(shared),
    'a list half-way': () => keysOf(lists),
    'save by one writer': () => single.save('a', SECRET, undefined),
  };
  for (const [name, work] of Object.entries(works)) {
    const error = await (async () => work())().catch((reason: unknown) => reason);
    expect(error, name).toMatchObject({ code: 'unavailable', cause: { code: '23505' } });
    expect((error as Error).message).toMatch(
      /^The store \(table tokens\) failed to (load|save|delete|list)\. Check/,
    );
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  }
});

test('status() names the place', async () => {
  const backend = defineBackend({ ...table(), location: 'table tokens at db.internal' });
  await using manager = createTokenManager({ provider: strictServer().provider, backend });
  expect((await manager.status()).location).toBe('table tokens at db.internal');
});

describe('what else the functions do wrongly', () => {
  const thrown = () => {
    throw driverError();
  };

  test.each([
    ['throws', thrown],
    ['rejects', async () => thrown()],
  ])('a check and a close that %s are a typed error without the content', async (_name, fails) => {
    const wrong = { check: fails, close: fails } as unknown as Pick<TokenBackend, 'check' | 'close'>;
    const backend = defineBackend({ ...table(), ...wrong, remove: undefined, save: undefined } as never);
    for (const work of [() => backend.check?.(), () => backend.close?.()]) {
      const error = await Promise.resolve(work()).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'TokenBackendError', code: 'unavailable' });
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(SECRET);
    }
  });

  test('a watch that throws is a warning without the content, and the manager goes on', async () => {
    const warnings: unknown[] = [];
    const { load, compareAndSave } = table();
    const server = strictServer();
    const manager = createTokenManager({
      provider: server.provider,
      backend: defineBackend({ load, compareAndSave, watch: thrown }),
      onEvent: (event) => void (event.type === 'warning' && warnings.push(event)),
    });
    await manager.signIn(server.signIn());
    await manager.renew();
    await manager.close();
    expect(warnings).toMatchObject([{ code: 'watch_failed', account: 'default' }]);
    expect(inspect(warnings, { depth: 20, showHidden: true })).not.toContain(SECRET);
  });
});
