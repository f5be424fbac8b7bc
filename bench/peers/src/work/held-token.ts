import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { startProcess } from '@everbearer/testing/supervise';
import { LENIENT, openScene } from '../scene.ts';
import type { Work } from '../work.ts';
import type { HeldOrders, HeldReport } from './held-process.ts';

const SIZES = { page: { rounds: 150, operations: 40 }, smoke: { rounds: 4, operations: 5 } };

export const heldToken: Work = {
  title: 'A token in hand',
  about: `Calls one after another, with a token that lasts an hour. The processor time of a call is that of the whole client process, which does
nothing else, as a share of the same call through \`fetch\` with a fixed header, the two measured in turn. Under 1 is cheaper than \`fetch\`. What
ky, axios and the client of Google do besides is in it; beside the row of ky hooks stands that of ours in ky.`,
  columns: ['processor time, fetch = 1', 'token requests'],
  async measure(peer, scale) {
    await using scene = await openScene(peer, LENIENT);
    // Of its own, so that it is good whatever the client renews.
    const { access_token: floorToken } = await scene.farEnd.control.signIn();
    const process = startProcess<HeldReport, 'go'>({
      main: new URL('held-process.ts', import.meta.url),
      env: {
        HELD_ORDERS: JSON.stringify({
          peer: peer.name,
          login: scene.login,
          floorToken,
          size: SIZES[scale],
        } satisfies HeldOrders),
      },
      execArgv: SOURCE_OPTIONS,
      patienceMs: 300_000,
    });
    try {
      await process.next(isOpen, 'open');
      await scene.counted();
      process.send('go');
      const { ratio } = await process.next(isDone, 'make its calls');
      return [ratio.toFixed(2), (await scene.counted()).tokenRequests];
    } finally {
      await process.kill();
    }
  },
};

const isOpen = (report: HeldReport): report is HeldReport => report.ratio === undefined;
const isDone = (report: HeldReport): report is HeldReport & { ratio: number } => report.ratio !== undefined;
