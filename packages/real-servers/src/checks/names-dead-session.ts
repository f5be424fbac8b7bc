import assert from 'node:assert/strict';
import { ReauthorizationRequiredError } from '@everbearer/core';
import { endSession } from '../end-session.ts';
import type { RealServer } from '../real-server.ts';
import { openSession } from '../session.ts';

/** A session that the server has ended is called so at the first token request, and nothing is sent after that. */
export async function namesDeadSession(server: RealServer): Promise<void> {
  const { endingClient: method = 'none' } = server;
  await using session = await openSession(server, { method });
  const { manager } = session;
  await endSession(server, session.tokens);
  const error = await manager.renew().catch((fault: unknown) => fault);
  assert.ok(error instanceof ReauthorizationRequiredError, String(error));
  assert.equal(error.code, 'revoked');
  assert.equal(session.refreshes, 1);
  const again = await manager.renew().catch((fault: unknown) => fault);
  assert.ok(again instanceof ReauthorizationRequiredError, String(again));
  assert.equal(session.refreshes, 1);
  assert.equal(manager.state, 'reauthorization_required');
}
