import assert from 'node:assert/strict';
import { ReauthorizationRequiredError } from '@everbearer/core';
import type { RealServer } from '../real-server.ts';
import { openSession } from '../session.ts';

/** A session that the server has ended is called so at the first token request, and nothing is sent after that. */
export async function namesDeadSession(server: RealServer): Promise<void> {
  await using session = await openSession(server);
  const { manager, tokens } = session;
  const clientId = server.clients.none?.clientId ?? '';
  const { refreshToken: token = '' } = tokens;
  const body = new URLSearchParams({ token, token_type_hint: 'refresh_token', client_id: clientId });
  const { ok } = await fetch(server.ender, { method: 'POST', body });
  assert.ok(ok, 'the server ended the session');
  const error = await manager.renew().catch((fault: unknown) => fault);
  assert.ok(error instanceof ReauthorizationRequiredError, String(error));
  assert.equal(error.code, 'revoked');
  assert.equal(session.refreshes, 1);
  const again = await manager.renew().catch((fault: unknown) => fault);
  assert.ok(again instanceof ReauthorizationRequiredError, String(again));
  assert.equal(session.refreshes, 1);
  assert.equal(manager.state, 'reauthorization_required');
}
