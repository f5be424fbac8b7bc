import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Method, RealServer } from '../real-server.ts';
import { openSession } from '../session.ts';

/** Books are kept in whole seconds. */
const BOOKS_MS = 1_200;
const DAY_MS = 24 * 60 * 60_000;

/**
 * What `status()` says of the end of a session is what the server's own books say: at the sign-in, and after a renewal so
 * much later that a life which starts again can be told from one which does not.
 */
export async function tellsDaysLeft(server: RealServer, method: Method = 'none'): Promise<void> {
  await using session = await openSession(server, { method });
  const { manager } = session;
  for (const waitMs of [0, 2 * BOOKS_MS]) {
    await pause(waitMs);
    if (waitMs > 0) await manager.renew();
    const ours = (await manager.status()).session;
    const token = encodeURIComponent(session.newest.refreshToken ?? '');
    const books = Number(await (await fetch(`${server.end}?token=${token}`)).text());
    const difference = Math.abs((ours?.expiresAt ?? 0) - books);
    assert.ok(
      difference < BOOKS_MS,
      `it ends ${difference} ms from what the server says, ${waitMs} ms later`,
    );
    assert.equal(ours?.daysLeft, Math.floor(((ours?.expiresAt ?? 0) - Date.now()) / DAY_MS));
  }
}
