import { setTimeout as sleep } from 'node:timers/promises';
import { CALL_PATH, type Login } from '../peer.ts';
import { peerNamed } from '../peers.ts';
import { outcomeOf } from '../scene.ts';

/* One of several processes: opens the sign-in that all share, says that it is ready, waits for `go`, makes its calls. */

export interface WorkerOrders {
  peer: string;
  login: Login;
}

export type WorkerReport = { ready: true } | { ready: false; failed: number };

const CALLS = 10;
const EACH_MS = 50;

// What callers get is told to the parent; what a library says on its own account would stand between the rows.
console.warn = () => undefined;

const { peer, login } = JSON.parse(process.env['WORKER_ORDERS'] ?? '{}') as WorkerOrders;
const client = await peerNamed(peer).open(login);
process.once('disconnect', () => process.exit());
const told = new Promise((resolve) => process.once('message', resolve));
process.send?.({ ready: true } satisfies WorkerReport);
await told;

const calls: Promise<number>[] = [];
for (let n = 0; n < CALLS; n++) {
  const call = client.call(CALL_PATH);
  call.catch(() => undefined);
  calls.push(call);
  await sleep(EACH_MS);
}
process.send?.({ ready: false, failed: (await outcomeOf(calls)).failed } satisfies WorkerReport);
