import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenBackend, TokenProvider } from '@everbearer/core/contract';
import { startRedisServer } from '@everbearer/far-end/redis';
import { connectClient } from '@everbearer/far-end/support/redis-clients';
import { baseline } from './baseline.ts';
import { issue, loadBuild, provider } from './renewal-scene.ts';
import { quantile } from './row.ts';

/*
 * One process whose accounts become due one after the other, evenly over a while; each is asked for its token as it does. A process of
 * its own: its processor time is what is measured. Prints one line of JSON.
 */

/** What it is told, as JSON in its environment. */
export interface DueAccountsTask {
  build: 'ours' | 'before';
  store: 'redis' | 'files';
  accounts: number;
  overMs: number;
  /** What the token endpoint takes to answer. */
  latencyMs: number;
}

export interface DueAccountsFigures {
  /** How long an ask waits. */
  medianMs: number;
  p99Ms: number;
  longestMs: number;
  /** Processor time an account, of the whole process. */
  cpuMs: number;
  refreshes: number;
  failed: number;
}

const task = JSON.parse(process.env['DUE_ACCOUNTS'] ?? '{}') as DueAccountsTask;
const { accounts: count, overMs, latencyMs } = task;
const build = await loadBuild(
  task.build === 'ours' ? (name) => import.meta.resolve(name) : baseline().resolve,
);

async function withStore<T>(work: (backend: TokenBackend) => Promise<T>): Promise<T> {
  if (task.store === 'files') {
    const directory = mkdtempSync(join(tmpdir(), 'bench-due-'));
    try {
      return await work(build.file.fileBackend({ directory: join(directory, 'state') }));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  const server = await startRedisServer();
  const { end, ...clients } = await connectClient('node-redis', server);
  try {
    return await work(build.redis.redisBackend(clients));
  } finally {
    await end();
    await server.stop();
  }
}

const figures = await withStore(async (backend): Promise<DueAccountsFigures> => {
  let refreshes = 0;
  let failed = 0;
  const slow: TokenProvider = {
    ...provider,
    async refresh() {
      refreshes++;
      await sleep(latencyMs);
      return issue();
    },
  };
  const accounts = build.core.createAccounts({ provider: slow, backend });
  const names = Array.from({ length: count }, (_, at) => `account ${at}`);
  // In small groups, as people sign in. What they got has ended by the time that it is asked for.
  for (let at = 0; at < count; at += 20)
    await Promise.all(names.slice(at, at + 20).map((name) => accounts.for(name).signIn(issue(1))));
  await sleep(1_000);

  const waits: number[] = [];
  const asks: Promise<void>[] = [];
  const ask = async (name: string) => {
    const begunAt = performance.now();
    await accounts
      .for(name)
      .getToken()
      .catch(() => failed++);
    waits.push(performance.now() - begunAt);
  };
  const cpu = process.cpuUsage();
  const begunAt = performance.now();
  for (const [at, name] of names.entries()) {
    const dueInMs = begunAt + (at * overMs) / count - performance.now();
    if (dueInMs > 1) await sleep(dueInMs);
    asks.push(ask(name));
  }
  await Promise.all(asks);
  const { user, system } = process.cpuUsage(cpu);
  await accounts.close();
  const rounded = (ms: number) => Math.round(ms * 100) / 100;
  return {
    medianMs: rounded(quantile(waits, 0.5)),
    p99Ms: rounded(quantile(waits, 0.99)),
    longestMs: rounded(Math.max(...waits)),
    cpuMs: rounded((user + system) / 1_000 / count),
    refreshes,
    failed,
  };
});
console.log(JSON.stringify(figures));
