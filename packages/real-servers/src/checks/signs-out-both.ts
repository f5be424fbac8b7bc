import assert from 'node:assert/strict';
import type { RealServer } from '../real-server.ts';
import { openSession, providerAt, works } from '../session.ts';

/** After a sign-out with `revoke`, neither of the two tokens works at the server. */
export async function signsOutBoth(server: RealServer): Promise<void> {
  const { endingClient: method = 'none' } = server;
  await using session = await openSession(server, { method });
  const { manager, tokens } = session;
  const { refreshToken = '', accessToken = '' } = tokens;
  await manager.signOut({ revoke: true });
  assert.equal(await works(server, accessToken), false, 'the access token works no more');
  const { provider } = await providerAt(server, method);
  const context = { scopes: server.scopes, signal: AbortSignal.timeout(5_000) };
  const outcome = await provider.refresh?.({ refreshToken }, context).then(
    () => 'tokens',
    () => 'a refusal',
  );
  assert.equal(outcome, 'a refusal');
}
