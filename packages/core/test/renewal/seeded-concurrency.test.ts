import { type Clock, createTokenManager, TokenEndpointError } from '@everbearer/core';
import type { BackendCapabilities, TokenBackend } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { strictServer } from '../support/strict-server.ts';

/** A small generator, so that a failing schedule can be run again by its seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A shared store whose every step takes a random number of turns, and which sometimes fails after writing. */
function slowStore(random: () => number, turns: () => Promise<void>): TokenBackend {
  const stored = new Map<string, { data: string; version: string }>();
  const capabilities: BackendCapabilities = { cas: 'shared', durable: true, writable: true };
  let writes = 0;
  return {
    capabilities,
    async load(key) {
      await turns();
      return stored.get(key);
    },
    async save(key, data, expected) {
      await turns();
      if (stored.get(key)?.version !== expected) return undefined;
      const version = String(++writes);
      stored.set(key, { data, version });
      await turns();
      if (random() < 0.05) throw new Error('connection lost after the write');
      return version;
    },
  };
}

const RUNS = Number(process.env['EVERBEARER_RUNS'] ?? 100);

test(`${RUNS} random schedules, two managers on one strict server: every rejection ends in a good token, nothing is redeemed twice`, async () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = seeded(seed);
    const turns = async () => {
      for (let n = Math.floor(random() * 6); n > 0; n--)
        await new Promise<void>((resolve) => setImmediate(resolve));
    };
    let later = 0;
    const clock: Clock = {
      ...systemClock,
      now: () => Date.now() + later,
      monotonic: () => performance.now() + later,
      sleep: (ms, options) => systemClock.sleep(ms / 50, options),
    };
    const server = strictServer({ latency: turns, lifeMs: 86_400_000 });
    const backend = slowStore(random, turns);
    const make = () => createTokenManager({ provider: server.provider, backend, clock });
    const managers = [make(), make()];
    await managers[0]?.signIn(server.signIn());
    // Never three in a row: that would rightly become a pause, which this clock does not shorten.
    let inARow = 0;
    const unreachable = () => {
      inARow = random() < 0.1 && inARow < 2 ? inARow + 1 : 0;
      return inARow > 0 ? new TokenEndpointError({ code: 'network', sent: false }) : undefined;
    };

    for (let round = 0; round < 3; round++) {
      later += 60_000;
      server.revokeAccessTokens();
      server.trouble.push(unreachable, unreachable);
      const calls = Array.from({ length: 20 }, async () => {
        await turns();
        const manager = managers[random() < 0.5 ? 0 : 1] as (typeof managers)[0];
        const first = await manager.getToken();
        if (server.isGood(first.token)) return first.token;
        await turns();
        return (await manager.getToken({ rejected: first.token })).token;
      });
      const tokens = await Promise.all(calls).catch((error: unknown) => {
        throw new Error(`seed ${seed}, round ${round}`, { cause: error });
      });
      // The other manager may still hold the previous token; whoever was refused must have got a good one.
      for (const token of tokens) expect(server.isGood(token), `seed ${seed}, round ${round}`).toBe(true);
    }
    expect(server.counts, `seed ${seed}`).toMatchObject({ reuses: 0, atOnce: 1 });
    await Promise.all(managers.map((manager) => manager.close()));
  }
}, 60_000);
