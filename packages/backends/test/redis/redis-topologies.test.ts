import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE } from '@everbearer/core/contract';
import {
  type RedisCluster,
  type RedisSentinels,
  startRedisCluster,
  startRedisSentinels,
} from '@everbearer/far-end/redis';
import { createBackends, LIBRARIES, type Target } from '@everbearer/far-end/support/redis-clients';
import { backendConformance } from '@everbearer/testing/backend-conformance';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const KEY = 'q1ZkEwXn0m3Jv8oYtS5b-7LrUaPd_2HcGfIeKiNhTxM';

describe('a cluster of three', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());
  const target = (): Target => ({ cluster: cluster.nodes.map(({ port }) => port) });

  describe.each(LIBRARIES)('%s', (library) => {
    test('a slot that nobody serves (CLUSTERDOWN): nothing is redeemed', { timeout: 60_000 }, async () => {
      const prefix = `down:${library}`;
      const { open, end } = createBackends(library, target(), { prefix, timeoutMs: 1_000 });
      const backend = await open();
      const refresh = vi.fn(async () => ({ accessToken: 'new', refreshToken: 'newer', tokenType: 'Bearer' }));
      const provider = { id: 'a provider', profile: STRICT_PROFILE, scopes: ['read'], refresh };
      const tokens = createTokenManager({ provider, backend, timing: { maxWaitMs: 100 } });
      await tokens.signIn({ accessToken: 'old', refreshToken: 'older', tokenType: 'Bearer' });
      let key = '';
      for await (const each of backend.list()) key = each;
      const [node] = cluster.nodes;
      const slot = (await node?.command('CLUSTER', 'KEYSLOT', `${prefix}:{${key}}`)) ?? '';
      const counts = cluster.nodes.map((each) => each.command('CLUSTER', 'COUNTKEYSINSLOT', slot));
      const owner = cluster.nodes[(await Promise.all(counts)).findIndex((count) => Number(count) > 0)];
      const before = await backend.load(key);
      await owner?.command('CLUSTER', 'DELSLOTS', slot);
      try {
        const failure = { name: 'TokenBackendError', code: 'unavailable' };
        await expect(backend.load(key)).rejects.toMatchObject(failure);
        await expect(backend.save(key, 'text', before?.version)).rejects.toMatchObject(failure);
        await expect(tokens.renew()).rejects.toMatchObject(failure);
        expect(refresh).not.toHaveBeenCalled();
      } finally {
        await owner?.command('CLUSTER', 'ADDSLOTS', slot);
      }
      expect(await eventually(() => backend.load(key))).toEqual(before);
      await tokens.close();
      await backend.close();
      await end();
    });

    test('a client of one server is told that this is a cluster (MOVED)', async () => {
      const [node] = cluster.nodes;
      const { open, end } = createBackends(library, { port: node?.port as number }, { prefix: 'moved' });
      const backend = await open();
      const keys = Array.from({ length: 30 }, (_, n) => `account-${n}`);
      const results = await Promise.allSettled(keys.map((key) => backend.save(key, 'text', undefined)));
      const refusals = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
      expect(refusals.length).toBeGreaterThan(0);
      expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['not_writable']));
      expect(refusals[0].message).toMatch(/Use the cluster client of your library/);
      await backend.close();
      await end();
    });

    backendConformance({
      test,
      create() {
        const prefix = `kit:${randomUUID()}`;
        const { open, end } = createBackends(library, target(), { prefix, durable: true });
        return {
          open,
          async damage(key) {
            const spoil = (node: RedisCluster['nodes'][number]) =>
              node.command('HDEL', `${prefix}:{${key}}`, 'd').catch(() => undefined);
            await Promise.all(cluster.nodes.map(spoil));
          },
          dispose: end,
        };
      },
    });

    test('records are spread over the nodes, all are listed, and check() asks every node', async () => {
      const { open, end } = createBackends(library, target(), { prefix: `spread:${library}` });
      const backend = await open();
      const keys = Array.from({ length: 60 }, (_, n) => `account-${n}`).sort();
      await Promise.all(keys.map((key) => backend.save(key, 'text', undefined)));
      const found: string[] = [];
      for await (const key of backend.list()) found.push(key);
      expect(found.sort()).toEqual(keys);
      const counts = await Promise.all(cluster.nodes.map((node) => node.command('DBSIZE')));
      expect(counts.map(Number).every((count) => count > 0)).toBe(true);
      const [, second] = cluster.nodes;
      const stateOf = async () =>
        (await backend.check()).filter(({ ok }) => !ok).map(({ name, detail }) => `${name} ${detail}`);
      await second?.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
      expect(await stateOf()).toContainEqual(expect.stringContaining('allkeys-lru'));
      await second?.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
      expect(await stateOf()).not.toContainEqual(expect.stringContaining('allkeys-lru'));
      await backend.close();
      await end();
    });
  });
});

describe('sentinels', () => {
  let sentinels: RedisSentinels;
  beforeAll(async () => {
    sentinels = await startRedisSentinels();
  });
  afterAll(() => sentinels.stop());

  test('after a failover both libraries save and hear hints on the new primary, with the records they knew', async () => {
    const target = { sentinels: sentinels.sentinels.map(({ port }) => port), name: sentinels.name };
    const sides = await Promise.all(
      (['node-redis', 'ioredis'] as const).map(async (library) => {
        const { open, end } = createBackends(library, target, { prefix: library });
        const [one, other] = [await open(), await open()];
        const hint = vi.fn();
        one.watch?.(KEY, hint);
        await vi.waitFor(() => expect(hint).toHaveBeenCalledTimes(1), { timeout: 20_000 });
        return { one, other, end, hint, first: await one.save(KEY, 'before', undefined) };
      }),
    );
    await replicated(sentinels);
    const before = await sentinels.primaryPort();
    await sentinels.primary.kill();
    await vi.waitFor(async () => expect(await sentinels.primaryPort()).not.toBe(before), { timeout: 20_000 });
    await Promise.all(
      sides.map(async ({ one, other, end, hint, first }) => {
        const saved = await eventually(() => other.save(KEY, 'after', first));
        expect(await eventually(() => one.load(KEY))).toEqual({ data: 'after', version: saved });
        const heard = hint.mock.calls.length;
        let version = saved;
        const again = async () => {
          version = await eventually(() => other.save(KEY, 'later', version));
          expect(hint.mock.calls.length).toBeGreaterThan(heard);
        };
        await vi.waitFor(again, { timeout: 20_000, interval: 200 });
        await one.close();
        await other.close();
        await end();
      }),
    );
  }, 60_000);
});

/** A failover takes a second or two, in which the backend says so. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      expect(['unavailable', 'not_writable']).toContain((error as { code: string }).code);
      if (tries >= 100) throw error;
      await pause(100);
    }
  }
}

async function replicated({ primary, replica }: RedisSentinels): Promise<void> {
  const sizes = () => Promise.all([primary, replica].map((server) => server.command('DBSIZE')));
  await vi.waitFor(async () => expect(new Set(await sizes()).size).toBe(1), { timeout: 20_000 });
}
