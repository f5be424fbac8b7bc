import { setTimeout as pause } from 'node:timers/promises';
import type { Session } from '../session/with-accounts.ts';
import { type AccountReport, worstOf } from '../status/account-report.ts';
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

const TITLE = 'Tokens, and who needs what';
const INTRO = 'What everbearer status says, read anew each second. The timeline begins with this page.';

const NOTE =
  'Open it in a browser. It is for you alone: whoever has the address sees this page. Ctrl-C ends it.\n';

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
  let accounts: readonly AccountReport[] = [];
  // Made once for each look, however many windows ask for it.
  let body: string | undefined;
  const look = async () => {
    accounts = await lookAnyway(session, warnDays);
    changes.look(accounts, world.now());
    body = undefined;
  };
  const bodyNow = () => {
    const happened = changes.records.length > 0 ? pageBody(changes.records, 'account', world.now()) : '';
    return accountCards(accounts, world.now()) + happened;
  };
  await look();
  await using server = await liveServer({ title: TITLE, intro: INTRO, body: () => (body ??= bodyNow()) });
  world.output.write(`${server.url}\n`);
  world.notes.write(NOTE);
  while (!world.signal.aborted) {
    await pause(EVERY_MS, undefined, { signal: world.signal }).catch(() => undefined);
    if (!world.signal.aborted) await look();
  }
  return accounts.length === 0 ? EXIT.cannotTell : worstOf(accounts);
}
