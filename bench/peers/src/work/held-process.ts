import { measureCpuRatio } from '../../../measure.ts';
import { CALL_PATH, type Login } from '../peer.ts';
import { peerNamed } from '../peers.ts';

/* Calls through one library beside calls through fetch; nothing else has been compiled or warmed up here. */

export interface HeldOrders {
  peer: string;
  login: Login;
  floorToken: string;
  size: { rounds: number; operations: number };
}

/** Once without a ratio: it is open. */
export interface HeldReport {
  ratio?: number;
}

const { peer, login, floorToken, size } = JSON.parse(process.env['HELD_ORDERS'] ?? '{}') as HeldOrders;
const url = `${login.apiUrl}${CALL_PATH}`;
const headers = { authorization: `Bearer ${floorToken}` };
const client = await peerNamed(peer).open(login);
process.once('disconnect', () => process.exit());
const told = new Promise((resolve) => process.once('message', resolve));
process.send?.({} satisfies HeldReport);
await told;
const { ratio } = await measureCpuRatio(
  async () => await (await fetch(url, { headers })).arrayBuffer(),
  () => client.call(CALL_PATH),
  size,
);
process.send?.({ ratio } satisfies HeldReport);
