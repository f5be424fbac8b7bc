import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { startProcess } from '@everbearer/testing/supervise';
import type { Login, Peer } from '../peer.ts';
import { type Counted, LENIENT, openScene, type ServerOptions, STRICT } from '../scene.ts';
import type { Work } from '../work.ts';
import type { WorkerOrders, WorkerReport } from './worker-process.ts';

const PROCESSES = { page: 8, smoke: 2 };
const SHORT_LIFE_MS = 1_000;

export const eightProcesses: Work = {
  title: 'Eight processes and one sign-in',
  about: `Eight processes share a file with tokens that have expired, and make ten calls each: first at a server where a redeemed refresh token
can be redeemed again, as at Entra, then at one where it works once and a second use ends the session. None of the others promises
this: they have a place to plug a file in, or the program reads and writes one itself, here without a lock. With a lock of its own around the renewal,
and a look at the file behind it, a program gets further; ours has a lease in the file.`,
  columns: [
    'may be used again: token requests',
    'calls that failed, of 80',
    'works once: token requests',
    'calls that failed, of 80',
    'sessions lost',
  ],
  async measure(peer, scale) {
    const lenient = await measured(peer, PROCESSES[scale], LENIENT);
    const strict = await measured(peer, PROCESSES[scale], STRICT);
    return [lenient.tokenRequests, lenient.failed, strict.tokenRequests, strict.failed, strict.lost];
  },
};

async function measured(peer: Peer, processes: number, server: ServerOptions): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'everbearer-peers-'));
  try {
    return await overFile(peer, processes, server, join(folder, 'tokens.json'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Measured extends Counted {
  failed: number;
}

async function overFile(
  peer: Peer,
  processes: number,
  server: ServerOptions,
  file: string,
): Promise<Measured> {
  await using scene = await openScene(peer, { ...server, accessTokenLifeMs: SHORT_LIFE_MS }, file);
  await scene.client.close?.();
  await scene.farEnd.control.setAccessTokenLife(3_600_000);
  await sleep(SHORT_LIFE_MS + 100);
  const workers = Array.from({ length: processes }, () => startWorker(peer, scene.login));
  try {
    await Promise.all(workers.map((worker) => worker.next(isReady, 'get ready')));
    for (const worker of workers) worker.send('go');
    const reports = await Promise.all(workers.map((worker) => worker.next(isDone, 'make its calls')));
    const failed = reports.reduce((sum, report) => sum + report.failed, 0);
    return { ...(await scene.counted()), failed };
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
  }
}

type Done = WorkerReport & { ready: false };

const isReady = (report: WorkerReport): report is WorkerReport & { ready: true } => report.ready;
const isDone = (report: WorkerReport): report is Done => !report.ready;

function startWorker(peer: Peer, login: Login) {
  const orders: WorkerOrders = { peer: peer.name, login };
  return startProcess<WorkerReport, 'go'>({
    main: new URL('worker-process.ts', import.meta.url),
    name: `a worker with ${peer.name}`,
    env: { WORKER_ORDERS: JSON.stringify(orders) },
    execArgv: SOURCE_OPTIONS,
    patienceMs: 30_000,
    insistMs: 2_000,
  });
}
