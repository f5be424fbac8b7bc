import assert from 'node:assert/strict';
import { ReauthorizationRequiredError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import type { RealServer } from '../real-server.ts';
import { openSession } from '../session.ts';

/** A session that the server has ended is called so at the first token request, and nothing is sent after that. */
export async function namesDeadSession(server: RealServer): Promise<void> {
  const { endingClient: method = 'none' } = server;
  await using session = await openSession(server, { method });
  const { manager } = session;
  const { ok } = await fetch(server.ender, { method: 'POST', ...ending(server, session.tokens) });
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

/** As the client would revoke it. */
function ending({ clients, endingClient }: RealServer, { refreshToken: token = '' }: TokenSet) {
  const body = new URLSearchParams({ token, token_type_hint: 'refresh_token' });
  const { clientId = '', clientSecret } = clients[endingClient ?? 'none'] ?? {};
  if (clientSecret !== undefined)
    return { body, headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` } };
  body.set('client_id', clientId);
  return { body };
}
