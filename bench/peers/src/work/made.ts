import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { startProcess } from '@everbearer/testing/supervise';
import { LENIENT, openScene } from '../scene.ts';
import type { Work } from '../work.ts';
import type { MadeOrders, MadeReport } from './made-process.ts';

const MANY = { page: 2_000, smoke: 50 };

export const made: Work = {
  title: 'One for each account',
  about: `What a program with many accounts makes for each of them, before its first use; what all accounts share is made once. Processor time
in calls: 0.5 is half of what one call through \`fetch\` takes.`,
  columns: ['processor time, in calls through fetch', 'memory'],
  async measure(peer, scale) {
    await using scene = await openScene(peer, LENIENT);
    const { calls, bytes } = await inProcess({ peer: peer.name, login: scene.login, many: MANY[scale] });
    return [calls.toFixed(2), `${(bytes / 1_000).toFixed(1)} kB`];
  },
};

/** Memory is measured where nothing else is. */
async function inProcess(orders: MadeOrders): Promise<MadeReport> {
  const process = startProcess<MadeReport>({
    main: new URL('made-process.ts', import.meta.url),
    env: { MADE_ORDERS: JSON.stringify(orders) },
    execArgv: [...SOURCE_OPTIONS, '--expose-gc'],
  });
  try {
    return await process.next((report): report is MadeReport => report !== undefined, 'make them');
  } finally {
    await process.kill();
  }
}
