import { setTimeout as pause } from 'node:timers/promises';
import { pageBody } from '../timeline/page-body.ts';
import { EXIT, type ExitStatus, worst } from '../world/exit-status.ts';
import type { World } from '../world/world.ts';
import { accountCards } from './account-cards.ts';
import { liveServer } from './live-server.ts';
import { statusChanges } from './status-changes.ts';
import type { WatchedAccount } from './watched-account.ts';

/** How often the accounts are looked at. */
const EVERY_MS = 1_000;

const INTRO = 'As everbearer status has it, looked at every second. The timeline begins with this page.';

/**
 * Shows every account on a page of loopback until somebody ends it, and says how they were then. The address that it prints
 * opens the page to whoever has it.
 * @param look - never rejects: what cannot be looked at is an account that cannot tell
 */
export async function serveStatusPage(
  look: () => Promise<readonly WatchedAccount[]>,
  world: World,
): Promise<ExitStatus> {
  const changes = statusChanges(process.pid);
  let accounts = await look();
  changes.look(accounts, world.now());
  await using server = await liveServer({
    title: 'Tokens, and who needs what',
    intro: INTRO,
    body: () =>
      accountCards(accounts) +
      (changes.records.length === 0 ? '' : pageBody(changes.records, 'account', world.now())),
  });
  world.output.write(`${server.url}\n`);
  world.notes.write(
    'Open it in a browser. It is for you alone: whoever has the address sees this page. Ctrl-C ends it.\n',
  );
  while (!world.signal.aborted) {
    await pause(EVERY_MS, undefined, { signal: world.signal }).catch(() => undefined);
    if (world.signal.aborted) break;
    accounts = await look();
    changes.look(accounts, world.now());
  }
  return accounts.length === 0 ? EXIT.cannotTell : worst(accounts.map(({ exit }) => exit));
}
