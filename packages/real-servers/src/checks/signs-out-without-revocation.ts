import assert from 'node:assert/strict';
import { ConfigurationError } from '@everbearer/core';
import type { RealServer } from '../real-server.ts';
import { openSession } from '../session.ts';

/**
 * A server that cannot revoke: a sign-out that is to revoke says so. Where no metadata could say otherwise it changes nothing;
 * where the metadata had to be read for that, the sign-out stands.
 */
export async function signsOutWithoutRevocation(server: RealServer): Promise<void> {
  await using session = await openSession(server);
  const { manager } = session;
  const error = await manager.signOut({ revoke: true }).catch((fault: unknown) => fault);
  assert.ok(error instanceof ConfigurationError, String(error));
  const isKnown = server.options.issuer === undefined;
  assert.equal(error.option, isKnown ? 'revoke' : 'revocationEndpoint');
  assert.equal(manager.state, isKnown ? 'valid' : 'signed_out');
  await manager.signOut();
  assert.equal(manager.state, 'signed_out');
}
