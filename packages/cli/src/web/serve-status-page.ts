import { setTimeout as pause } from 'node:timers/promises';
import type { Session } from '../session/with-accounts.ts';
import { worstOf } from '../status/account-report.ts';
import type { StatusOptions } from '../status/status-options.ts';
import { lookAnyway } from '../status/watch-status.ts';
import { pageBody } from '../timeline/page-body.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import type { World } from '../world/world.ts';
import { accountCards } from './account-cards.ts';
import { liveServer } from './live-server.ts';
import { statusChanges } from './status-changes.ts';

/** How often the accounts are looked at. */
const EVERY_MS = 1_000;

const INTRO = 'As everbearer status has it, looked at every second. The timeline begins with this page.';

/**
 * Shows every account on a page of loopback until somebody ends it, and says how they were then. The address that it prints
 * opens the page to whoever has it.
 */
export async function serveStatusPage(
  session: Session,
  world: World,
  { warnDays }: StatusOptions,
): Promise<ExitStatus> {
  const changes = statusChanges(process.pid);
  let accounts = await lookAnyway(session, warnDays);
  changes.look(accounts, world.now());
  await using server = await liveServer({
    title: 'Tokens, and who needs what',
    intro: INTRO,
    body: () =>
      accountCards(accounts, world.now()) +
      (changes.records.length === 0 ? '' : pageBody(changes.records, 'account', world.now())),
  });
  world.output.write(`${server.url}\n`);
  world.notes.write(
    'Open it in a browser. It is for you alone: whoever has the address sees this page. Ctrl-C ends it.\n',
  );
  while (!world.signal.aborted) {
    await pause(EVERY_MS, undefined, { signal: world.signal }).catch(() => undefined);
    if (world.signal.aborted) break;
    accounts = await lookAnyway(session, warnDays);
    changes.look(accounts, world.now());
  }
  return accounts.length === 0 ? EXIT.cannotTell : worstOf(accounts);
}
