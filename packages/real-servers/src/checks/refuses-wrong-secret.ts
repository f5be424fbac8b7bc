import assert from 'node:assert/strict';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager, TokenEndpointError } from '@everbearer/core';
import type { Method, RealServer } from '../real-server.ts';
import { openSession, providerAt } from '../session.ts';

/** A wrong secret is named as that, the session is kept, and goes on with the right secret. */
export async function refusesWrongSecret(
  server: RealServer,
  method: Extract<Method, 'client_secret_basic' | 'client_secret_post'>,
): Promise<void> {
  await using session = await openSession(server, { method });
  const backend = fileBackend({ directory: session.directory });
  const clientAuthentication = { method, clientSecret: 'NotTheSecret' };
  const wrong = await providerAt(server, method, { clientAuthentication });
  const stranger = createTokenManager({ provider: wrong.provider, backend });
  const error = await stranger.renew().catch((fault: unknown) => fault);
  assert.ok(error instanceof TokenEndpointError, String(error));
  assert.equal(error.code, 'invalid_client');
  assert.match(error.message, /client authentication/);
  assert.equal(wrong.refreshes, 1);
  await stranger.close();
  await session.manager.renew();
  assert.equal(session.refreshes, 1);
}
