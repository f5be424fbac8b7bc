import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Method, RealServer } from '../real-server.ts';
import { openSession } from '../session.ts';

/** Books are kept in whole seconds. */
const BOOKS_MS = 1_000;
const DAY_MS = 24 * 60 * 60_000;

/**
 * What `status()` says of the end of a session is what the server's own books say: at the sign-in, and after a renewal so
 * much later that a life which starts again can be told from one which does not.
 */
export async function tellsDaysLeft(server: RealServer, method: Method = 'none'): Promise<void> {
  const begun = Date.now();
  await using session = await openSession(server, { method });
  // Somewhere in that time the server noted when the session began.
  const toleranceMs = BOOKS_MS + Date.now() - begun;
  const { manager } = session;

  async function compare(moreMs: number): Promise<void> {
    const { expiresAt = 0, daysLeft } = (await manager.status()).session ?? {};
    const token = encodeURIComponent(session.newest.refreshToken ?? '');
    const books = Number(await (await fetch(`${server.end}?token=${token}`)).text());
    const differenceMs = Math.abs(expiresAt - books);
    const allowedMs = toleranceMs + moreMs;
    assert.ok(
      differenceMs <= allowedMs,
      `it ends ${differenceMs} ms from the books; ${allowedMs} are allowed`,
    );
    assert.equal(daysLeft, Math.floor((expiresAt - Date.now()) / DAY_MS));
  }

  await compare(0);
  await pause(2 * toleranceMs);
  const renewing = Date.now();
  await manager.renew();
  await compare(Date.now() - renewing);
}
