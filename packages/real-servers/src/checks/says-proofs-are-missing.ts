import assert from 'node:assert/strict';
import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager, TokenEndpointError } from '@everbearer/core';
import type { RealServer } from '../real-server.ts';
import { providerAt } from '../session.ts';

/** A server that wants proofs of possession: the first error says that they are missing, and the session is kept. */
export async function saysProofsAreMissing(server: RealServer): Promise<void> {
  const counted = await providerAt(server, 'none', { dpop: false });
  const manager = createTokenManager({ provider: counted.provider, backend: memoryBackend() });
  await manager.signIn({ refreshToken: server.refreshToken });
  const error = await manager.getToken().catch((fault: unknown) => fault);
  assert.ok(error instanceof TokenEndpointError, String(error));
  assert.match(error.message, /DPoP/);
  assert.match(error.message, /`dpop: true`/);
  assert.equal(counted.refreshes, 1);
  assert.equal((await manager.status()).state, 'expired');
  await manager.close();
}
