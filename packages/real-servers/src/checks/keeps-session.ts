import assert from 'node:assert/strict';
import type { Method, RealServer } from '../real-server.ts';
import { openSession, type Way, works } from '../session.ts';

/** A person signs in and a renewal follows: each with a token that the resource takes, and one token request. */
export async function keepsSession(server: RealServer, method: Method, way: Way): Promise<void> {
  await using session = await openSession(server, { method, way });
  const first = await session.manager.getToken();
  assert.ok(await works(server, { accessToken: first.token }), 'the token of the sign-in works');
  const second = await session.manager.renew();
  assert.notEqual(second.token, first.token);
  assert.ok(await works(server, { accessToken: second.token }), 'the token of the renewal works');
  assert.equal(session.refreshes, 1);
}
