import assert from 'node:assert/strict';
import { endSession } from '../end-session.ts';
import type { RealServer } from '../real-server.ts';
import { openSession, providerAt, works } from '../session.ts';

/** After a sign-out with `revoke`, neither of the two tokens works at the server. */
export async function signsOutBoth(server: RealServer): Promise<void> {
  const { endingClient: method = 'none' } = server;
  await using session = await openSession(server, { method });
  const { manager, tokens } = session;
  const { refreshToken = '' } = tokens;
  await manager.signOut({ revoke: true });
  assert.equal(await works(server, tokens), false, 'the access token works no more');
  const { provider } = await providerAt(server, method);
  const context = { scopes: server.scopes, signal: AbortSignal.timeout(5_000) };
  const outcome = await provider.refresh?.({ refreshToken }, context).then(
    () => 'tokens',
    () => 'a refusal',
  );
  assert.equal(outcome, 'a refusal');
}

/** A session that the server had ended: there is nothing left to revoke, and nothing to complain of. */
export async function signsOutOfEnded(server: RealServer): Promise<void> {
  const { endingClient: method = 'none' } = server;
  await using session = await openSession(server, { method });
  await endSession(server, session.tokens);
  await session.manager.signOut({ revoke: true });
  assert.equal(session.manager.state, 'signed_out');
}
