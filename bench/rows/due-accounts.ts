import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { baseline } from '../baseline.ts';
import type { DueAccountsFigures, DueAccountsTask } from '../due-accounts.ts';
import { milliseconds, type Row, type Theme } from '../row.ts';

const script = fileURLToPath(new URL('../due-accounts.ts', import.meta.url));
const LATENCY_MS = 100;
const OVER_MS = 60_000;

async function measured(
  task: Pick<DueAccountsTask, 'build' | 'store' | 'accounts'>,
): Promise<DueAccountsFigures> {
  const flags = ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'];
  const whole: DueAccountsTask = { ...task, overMs: OVER_MS, latencyMs: LATENCY_MS };
  const env = { ...process.env, DUE_ACCOUNTS: JSON.stringify(whole) };
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script], { env });
  return JSON.parse(stdout) as DueAccountsFigures;
}

async function row(store: DueAccountsTask['store'], accounts: number): Promise<Row> {
  const before = await measured({ build: 'before', store, accounts });
  const ours = await measured({ build: 'ours', store, accounts });
  const told = ({ p99Ms, longestMs, cpuMs }: DueAccountsFigures) =>
    `99 % wait ${milliseconds(p99Ms)}, the longest ${milliseconds(longestMs)}; processor time ${cpuMs} ms each`;
  const isWhole = ours.refreshes === accounts && ours.failed === 0;
  const isQuick = ours.longestMs <= 2 * LATENCY_MS;
  return {
    what: `${accounts.toLocaleString('en')} accounts due in one minute, one process, ${store === 'redis' ? 'Redis' : 'files'}, token endpoint ${LATENCY_MS} ms`,
    floor: milliseconds(LATENCY_MS),
    ours: `${told(ours)} (before: ${told(before)})`,
    goal: `one refresh each, no wait over ${2 * LATENCY_MS} ms${store === 'redis' ? ', at most 1 ms of processor time each' : ''}`,
    met: isWhole && isQuick && (store === 'files' || ours.cpuMs <= 1),
  };
}

/** Many accounts, each due once, beside the same of the baseline. */
export const theme: Theme = {
  order: 13,
  async measure() {
    baseline();
    return [await row('redis', 10_000), await row('files', 1_000)];
  },
};
