import { setTimeout as pause } from 'node:timers/promises';
import { countInbox } from './count-inbox.ts';
import { openMailbox } from './mailbox.ts';

export interface RealInboxOptions {
  tenantId: string;
  clientId: string;
  /** Count once and end. */
  once: boolean;
}

const EVERY_MS = 60_000;

/** Signs in at the Microsoft identity platform and counts the inbox behind it, once a minute. */
export async function monitorRealInbox(
  options: RealInboxOptions,
  print: (line: string) => void,
): Promise<void> {
  const { tenantId, clientId, once } = options;
  const mailbox = openMailbox(
    { tenantId, clientId, apiUrl: 'https://graph.microsoft.com/v1.0' },
    { onEvent: ({ type }) => print(`  (${type})`), onCode: ({ message }) => print(message) },
  );
  await mailbox.signIn();
  for (;;) {
    const { name, counted, unread, pages } = await countInbox(mailbox.graph);
    print(`${new Date().toISOString()}  ${name}: ${counted} messages on ${pages} pages, ${unread} unread`);
    if (once) break;
    await pause(EVERY_MS);
  }
  await mailbox.tokens.close();
}
