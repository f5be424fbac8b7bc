import { setTimeout as pause } from 'node:timers/promises';
import { type MailboxesConfig, openMailboxes } from './open-mailboxes.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/* One worker in a process of its own: it looks into every mailbox, again and again, until told to stop. */

const { people, ...config } = JSON.parse(process.env['WORKER'] ?? '{}') as MailboxesConfig & {
  people: string[];
};
const tell = (message: FromWorker) => void (process.connected && process.send?.(message));

const mailboxes = await openMailboxes(config, ({ type, account }) =>
  tell({ type: 'event', event: type, account }),
);

async function look(account: string): Promise<void> {
  try {
    await mailboxes.graph.get('me/mailFolders/inbox', { context: { auth: { account } } }).json();
    tell({ type: 'called', ok: true });
  } catch (error) {
    tell({ type: 'called', ok: false, message: error instanceof Error ? error.message : String(error) });
  }
}

let stopping = false;
process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToWorker) => {
  if (message === 'stop') stopping = true;
});

while (!stopping) {
  await Promise.all(people.map(look));
  await pause(50);
}
await mailboxes.close();
process.disconnect();
