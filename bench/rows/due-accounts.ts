import type { DueAccountsFigures, DueAccountsTask } from '../due-accounts.ts';
import { measuredApart } from '../measured-apart.ts';
import { milliseconds, type Row, type Theme } from '../row.ts';

const LATENCY_MS = 100;
const OVER_MS = 60_000;

/** Many accounts, each due once in a minute, beside the same work by hand, and beside the same of the baseline. */
export const theme: Theme = {
  order: 13,
  seconds: 450,
  hasBaseline: true,
  measure: async () => [await row('redis', 10_000), await row('files', 1_000)],
};

const BY_HAND = { redis: 'GET, SET, request, SET', files: 'durable write, request, durable write' } as const;

async function row(store: DueAccountsTask['store'], accounts: number): Promise<Row> {
  const measured = (subject: DueAccountsTask['subject']) =>
    measuredApart<DueAccountsFigures>('due-accounts.ts', [
      JSON.stringify({ subject, store, accounts, overMs: OVER_MS, latencyMs: LATENCY_MS }),
    ]);
  const before = await measured('before');
  const floor = await measured('by hand');
  const ours = await measured('ours');
  const isWhole = ours.refreshes === accounts && ours.failed === 0;
  const isQuick = ours.longestMs <= 2 * LATENCY_MS;
  const waited = `${(ours.waitedForProcessorMs / 1_000).toFixed(1)} s of the minute without a free processor`;
  return {
    what: `${accounts.toLocaleString('en')} accounts due in one minute, one process, ${store === 'redis' ? 'Redis' : 'files'}, token endpoint ${LATENCY_MS} ms`,
    floor: `${told(floor)} (by hand: ${BY_HAND[store]})`,
    ours: `${told(ours)}, ${(ours.cpuMs / floor.cpuMs).toFixed(1)} times the floor; ${waited} (before: ${told(before)})`,
    goal: `one refresh each, no wait over ${2 * LATENCY_MS} ms${store === 'redis' ? ', at most 1 ms of processor time each' : ''}`,
    met: isWhole && isQuick && (store === 'files' || ours.cpuMs <= 1),
  };
}

const told = ({ p99Ms, longestMs, cpuMs }: DueAccountsFigures) =>
  `99 % wait ${milliseconds(p99Ms)}, the longest ${milliseconds(longestMs)}; processor time ${cpuMs} ms each`;
