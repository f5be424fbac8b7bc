import assert from 'node:assert/strict';
import { ConfigurationError } from '@everbearer/core';
import type { RealServer } from '../real-server.ts';
import { openSession } from '../session.ts';

/** A server that cannot revoke: a sign-out that is to revoke says so and changes nothing, and one without it works. */
export async function signsOutWithoutRevocation(server: RealServer): Promise<void> {
  await using session = await openSession(server);
  const { manager } = session;
  const error = await manager.signOut({ revoke: true }).catch((fault: unknown) => fault);
  assert.ok(error instanceof ConfigurationError, String(error));
  assert.equal(error.option, 'revoke');
  assert.equal(manager.state, 'valid');
  await manager.signOut();
  assert.equal(manager.state, 'signed_out');
}
