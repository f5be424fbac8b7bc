import assert from 'node:assert/strict';
import { createAuthFetch } from '@everbearer/core';
import type { RealServer } from '../real-server.ts';
import { openSession, works } from '../session.ts';

/** Tokens that are bound to a key (DPoP): they work with proofs, before and after a renewal, and not without. */
export async function keepsBoundSession(server: RealServer): Promise<void> {
  await using session = await openSession(server, { dpop: true });
  const { manager } = session;
  const { api = '' } = server;
  const fetch = createAuthFetch(manager, { origins: [new URL(api).origin] });
  for (const refreshes of [0, 1]) {
    if (refreshes > 0) await manager.renew();
    const { status, body } = await fetch(api);
    await body?.cancel();
    assert.equal(status, 200);
    const { token } = await manager.getToken();
    assert.equal(await works(server, { accessToken: token }), false, 'the token alone does not work');
    assert.equal(session.refreshes, refreshes);
  }
}
