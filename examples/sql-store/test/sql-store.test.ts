import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAccounts } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { type FarEnd, startFarEnd } from '@everbearer/far-end';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { oauth2 } from '@everbearer/providers/oauth2';
import { backendConformance, type ConformanceStore } from '@everbearer/testing/backend-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresStore, TOKENS_TABLE } from '../src/postgres-store.ts';
import { sqliteStore } from '../src/sqlite-store.ts';
import type { WorkerConfig } from '../src/worker-messages.ts';
import { newDatabase, onServer } from './support/postgres-databases.ts';
import { type PostgresServer, startPostgres } from './support/postgres-server.ts';
import { startWorkers } from './support/workers.ts';

const USERS = ['ann', 'ben', 'cleo', 'dev', 'eve'].map((name) => `${name}@contoso.example`);
const WORKERS = 4;
const LIFE_MS = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'sql-store-'));
let postgres: PostgresServer;
let farEnd: FarEnd;
let files = 0;

beforeAll(async () => {
  const authorizationServer = { accounts: USERS, latencyMs: 30 };
  [postgres, farEnd] = await Promise.all([startPostgres(), startFarEnd({ authorizationServer })]);
}, 60_000);
afterAll(async () => {
  await Promise.all([postgres?.[Symbol.asyncDispose](), farEnd?.stop()]);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** An empty database of either kind: how to open it, here and in another process. */
const DATABASES = {
  async sqlite() {
    const store = { path: join(folder, `${++files}.db`) };
    return { store, open: () => sqliteStore(store) };
  },
  async postgres() {
    const store = await newDatabase(postgres, TOKENS_TABLE);
    return { store, open: () => postgresStore(store) };
  },
} satisfies Record<string, () => Promise<{ store: WorkerConfig['store']; open: () => TokenBackend }>>;

describe.each(['sqlite', 'postgres'] as const)('%s', (kind) => {
  backendConformance({
    test,
    // No lock of this store lasts longer than a save.
    pauseMs: 150,
    textIsVersion: true,
    processes: 3,
    async create(): Promise<ConformanceStore> {
      const { store, open } = await DATABASES[kind]();
      const module = import.meta.resolve(`../src/${kind}-store.ts`);
      return {
        open,
        elsewhere: { module, factory: `${kind}Store`, argument: store, execArgv: SOURCE_OPTIONS },
      };
    },
  });

  test('five users, four workers, tokens that end again and again: one refresh each, and no user gets the token of another', async () => {
    const { store, open } = await DATABASES[kind]();
    const { tokenEndpoint, clientId, apiUrl, control } = farEnd;
    await using backend = disposable(open());
    const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
    const accounts = createAccounts({ provider, backend });
    for (const account of USERS) {
      const { access_token, refresh_token } = await control.signIn({ account });
      await accounts
        .for(account)
        .signIn({ accessToken: String(access_token), refreshToken: String(refresh_token) });
    }
    await using workers = await startWorkers(WORKERS, { store, tokenEndpoint, clientId, apiUrl });
    const everybody = { users: USERS, callsEach: 5 };
    const calls = WORKERS * USERS.length * 5;
    expect(await workers.call(everybody)).toEqual({ right: calls, wrong: [] });

    const before = await control.counts();
    await control.setAccessTokenLife(LIFE_MS);
    for (let expiry = 1; expiry <= 2; expiry++) {
      // A 401 to a token that was renewed a moment ago goes to the caller.
      if (expiry > 1) await sleep(LIFE_MS / 4 + 100);
      await control.expireNow();
      // Two look at the same moment: the one that loses the lease adopts what the other one got.
      expect(await workers.call(everybody)).toEqual({ right: calls, wrong: [] });
      const { authorizationServer, mailApi } = await control.counts();
      expect(authorizationServer.refreshes - before.authorizationServer.refreshes).toBe(
        expiry * USERS.length,
      );
      expect(authorizationServer).toMatchObject({ reuses: 0, familiesRevoked: 0 });
      expect(mailApi.bare).toBe(0);
    }

    // One user leaves; the others notice nothing.
    const [leaver = '', ...others] = USERS;
    await accounts.for(leaver).signOut();
    const listed: string[] = [];
    for await (const account of accounts.list()) listed.push(account);
    expect(listed.sort()).toEqual(others);
    await sleep(LIFE_MS / 4 + 100);
    await control.expireNow();
    // A call that was on its way gets its 401; later calls are told why.
    for (const answer of ['status 401', 'signed_out']) {
      const { right, wrong } = await workers.call({ users: USERS, callsEach: 1 });
      expect(right).toBe(WORKERS * others.length);
      expect(wrong).toEqual(Array(WORKERS).fill(answer));
    }
    expect(await accounts.for(others[0] as string).status()).toMatchObject({
      guarantee: 'shared',
      durable: true,
      location: expect.stringContaining('table tokens in'),
    });
    await accounts.close();
  }, 60_000);
});

test('what PostgreSQL refuses is said with its code, and without the row that it quotes', async () => {
  const { store, open } = await DATABASES.postgres();
  await using backend = disposable(open());
  await onServer(postgres, store, "ALTER TABLE tokens ADD CHECK (token <> 'a token that is refused')");
  const error = await backend
    .save('id', 'a token that is refused', undefined)
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'unavailable', cause: { code: '23514' } });
  expect(String((error as Error).message)).not.toContain('a token that is refused');
});

test('a server that is restarted costs an error, and the same store goes on', async () => {
  const { store, open } = await DATABASES.postgres();
  await using backend = disposable(open());
  const version = await backend.save('id', 'first', undefined);
  // As a restart or a failover ends connections: under the pool, while they are idle.
  await onServer(
    postgres,
    postgres.settings,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${store.database}'`,
  );
  const saved = await backend
    .save('id', 'second', version)
    .catch(() => backend.save('id', 'second', version));
  expect(saved).toBe('second');
  expect((await backend.load('id'))?.data).toBe('second');
});

function disposable(backend: TokenBackend): TokenBackend & AsyncDisposable {
  return Object.assign(backend, { [Symbol.asyncDispose]: async () => backend.close?.() });
}
