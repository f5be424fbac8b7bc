import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenBackend, TokenProvider } from '@everbearer/core/contract';
import { startRedisServer } from '@everbearer/far-end/redis';
import { connectClient } from '@everbearer/far-end/support/redis-clients';
import { baseline } from './baseline.ts';
import { dueOnFiles, dueOnRedis } from './due-by-hand.ts';
import { type Build, issue, loadBuild, provider } from './renewal-scene.ts';
import { quantile } from './row.ts';
import { waitedForProcessorMs } from './waited-for-processor.ts';

/*
 * One process whose accounts become due one after the other, evenly over a while; each is asked for its token as it does. A process of
 * its own: its processor time is what is measured. Prints one line of JSON.
 */

/** What it is told: its first argument, as JSON. */
export interface DueAccountsTask {
  subject: 'ours' | 'before' | 'by hand';
  store: 'redis' | 'files';
  accounts: number;
  overMs: number;
  /** What the token endpoint takes to answer. */
  latencyMs: number;
}

export interface DueAccountsFigures {
  /** From the moment at which an account is due until its token is there: what holds up the asking counts as well. */
  medianMs: number;
  p99Ms: number;
  longestMs: number;
  /** Processor time an account, of the whole process. */
  cpuMs: number;
  /** How long the process was ready in all, while others had the processors. */
  waitedForProcessorMs: number;
  refreshes: number;
  failed: number;
}

/** Accounts that become due. */
export interface Due {
  /** What it brings has ended by the time that it is asked for. */
  signIn(name: string): Promise<void>;
  ask(name: string): Promise<unknown>;
  close(): Promise<void>;
}

const task = JSON.parse(process.argv[2] ?? '{}') as DueAccountsTask;
const { subject, accounts: count, overMs, latencyMs } = task;
let refreshes = 0;

async function withDue<T>(work: (due: Due) => Promise<T>): Promise<T> {
  if (task.store === 'files') {
    const directory = mkdtempSync(join(tmpdir(), 'bench-due-'));
    try {
      const state = join(directory, 'state');
      return await work(
        subject === 'by hand'
          ? dueOnFiles(state, latencyMs)
          : await managed(({ file }) => file.fileBackend({ directory: state })),
      );
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  const server = await startRedisServer();
  const { end, ...clients } = await connectClient('node-redis', server);
  const { client } = clients as { client: { sendCommand(command: string[]): Promise<unknown> } };
  try {
    return await work(
      subject === 'by hand'
        ? dueOnRedis((command) => client.sendCommand(command), latencyMs)
        : await managed(({ redis }) => redis.redisBackend(clients)),
    );
  } finally {
    await end();
    await server.stop();
  }
}

async function managed(backendOf: (build: Build) => TokenBackend): Promise<Due> {
  const build = await loadBuild(
    subject === 'ours' ? (name) => import.meta.resolve(name) : baseline().resolve,
  );
  const slow: TokenProvider = {
    ...provider,
    async refresh() {
      refreshes++;
      await sleep(latencyMs);
      return issue();
    },
  };
  const accounts = build.core.createAccounts({ provider: slow, backend: backendOf(build) });
  return {
    signIn: (name) => accounts.for(name).signIn(issue(1)),
    ask: (name) => accounts.for(name).getToken(),
    close: () => accounts.close(),
  };
}

const figures = await withDue(async (due): Promise<DueAccountsFigures> => {
  let failed = 0;
  const names = Array.from({ length: count }, (_, at) => `account ${at}`);
  // In small groups, as people sign in.
  for (let at = 0; at < count; at += 20) await Promise.all(names.slice(at, at + 20).map(due.signIn));
  await sleep(1_000);

  const waits: number[] = [];
  const asks: Promise<void>[] = [];
  const ask = async (name: string, dueAt: number) => {
    await due.ask(name).catch(() => failed++);
    waits.push(performance.now() - dueAt);
  };
  const cpu = process.cpuUsage();
  const waitedBefore = waitedForProcessorMs();
  const begunAt = performance.now();
  for (const [at, name] of names.entries()) {
    const dueAt = begunAt + (at * overMs) / count;
    const dueInMs = dueAt - performance.now();
    if (dueInMs > 0) await sleep(Math.ceil(dueInMs));
    asks.push(ask(name, dueAt));
  }
  await Promise.all(asks);
  const { user, system } = process.cpuUsage(cpu);
  const waitedMs = waitedForProcessorMs() - waitedBefore;
  await due.close();
  const rounded = (ms: number) => Math.round(ms * 100) / 100;
  return {
    medianMs: rounded(quantile(waits, 0.5)),
    p99Ms: rounded(quantile(waits, 0.99)),
    longestMs: rounded(Math.max(...waits)),
    cpuMs: rounded((user + system) / 1_000 / count),
    waitedForProcessorMs: Math.round(waitedMs),
    refreshes,
    failed,
  };
});
console.log(JSON.stringify(figures));
