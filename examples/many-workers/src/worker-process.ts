import { setTimeout as pause } from 'node:timers/promises';
import { type MailboxesConfig, openMailboxes } from './open-mailboxes.ts';
import { detailOf } from './trace.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/* One worker in a process of its own: it looks into every mailbox, again and again, until told to stop. */

const { people, ...config } = JSON.parse(process.env['WORKER'] ?? '{}') as MailboxesConfig & {
  people: string[];
};
const tell = (message: FromWorker) => void (process.connected && process.send?.(message));

const mailboxes = await openMailboxes(config, (event) => {
  const { type, account } = event;
  const ms = 'durationMs' in event ? event.durationMs : 'waitedMs' in event ? event.waitedMs : undefined;
  // A moment later the new token is in hand.
  setImmediate(() => {
    const held = account === undefined ? undefined : mailboxes.accounts.for(account).peek();
    tell({ type: 'event', event: type, account, ms, detail: detailOf(event), expiresAt: held?.expiresAt });
  });
});
const URL_OF_INBOX = `${config.apiUrl}/me/mailFolders/inbox`;
let calls = 0;

async function look(account: string): Promise<void> {
  const begunAt = performance.now();
  const call = { type: 'called', id: ++calls, account, url: URL_OF_INBOX } as const;
  const took = () => Math.round(performance.now() - begunAt);
  try {
    await mailboxes.graph.get('me/mailFolders/inbox', { context: { auth: { account } } }).json();
    tell({ ...call, ms: took(), ok: true });
  } catch (error) {
    tell({ ...call, ms: took(), ok: false, message: error instanceof Error ? error.message : String(error) });
  }
}

let stopping = false;
// Where nobody has told it to stop, its supervisor is gone.
process.on('disconnect', () => process.exit(stopping ? 0 : 1));
process.on('message', (message: ToWorker) => {
  if (message === 'stop') stopping = true;
});

while (!stopping) {
  await Promise.all(people.map(look));
  await pause(50);
}
await mailboxes.close();
process.disconnect();
