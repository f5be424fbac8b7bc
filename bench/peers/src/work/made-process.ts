import { median } from '../../../row.ts';
import { CALL_PATH, type Login } from '../peer.ts';
import { peerNamed } from '../peers.ts';

/* Makes many, and tells its parent what one of them takes: in calls through fetch, and in bytes. */

export interface MadeOrders {
  peer: string;
  login: Login;
  many: number;
}

export interface MadeReport {
  /** Its processor time, as a share of that of a call through fetch with a fixed header. */
  calls: number;
  bytes: number;
}

const ROUNDS = 9;

const { peer, login, many } = JSON.parse(process.env['MADE_ORDERS'] ?? '{}') as MadeOrders;
const make = peerNamed(peer).maker(login);

async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function callsOfFetch(): Promise<void> {
  const headers = { authorization: `Bearer ${login.tokens.accessToken}` };
  for (let n = 0; n < many / 10; n++)
    await (await fetch(`${login.apiUrl}${CALL_PATH}`, { headers })).arrayBuffer();
}

function makeAll(round: number): object[] {
  return Array.from({ length: many }, (_, n) => make(`${round}-${n}`));
}

function usedNow(): number {
  for (let run = 0; run < 4; run++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const ratios: number[] = [];
for (let round = -1; round < ROUNDS; round++) {
  const floor = (await cpuOf(callsOfFetch)) / (many / 10);
  const each = (await cpuOf(() => makeAll(round))) / many;
  if (round >= 0) ratios.push(each / floor);
}
const before = usedNow();
const all = makeAll(ROUNDS);
const report: MadeReport = { calls: median(ratios), bytes: (usedNow() - before) / all.length };
process.send?.(report);
