import assert from 'node:assert/strict';
import type { RealServer } from '../real-server.ts';
import { openSession, works } from '../session.ts';
import type { SessionProcesses } from '../session-processes.ts';

/**
 * Processes that want a newer token at the same moment, time after time: all get the same one, for one token request,
 * and the session lives on at the server.
 */
export async function sharesSession(
  server: RealServer,
  processes: SessionProcesses,
  renewals: number,
): Promise<void> {
  await using session = await openSession(server);
  const { stop: _, ...told } = server;
  const { name } = server;
  const seen = [(await session.manager.getToken()).token];
  await processes.all({ type: 'join', server: told, directory: session.directory }, 'joined');
  for (let renewal = 1; renewal <= renewals; renewal++) {
    const answers = await processes.all({ type: 'renew', server: name }, 'renewed');
    const tokens = new Set(answers.map(({ token }) => token));
    const sent = answers.reduce((sum, { refreshes }) => sum + refreshes, 0);
    assert.equal(tokens.size, 1, `all got the same token at renewal ${renewal}`);
    assert.equal(sent, renewal, `one token request for renewal ${renewal}`);
    seen.push(...tokens);
  }
  assert.equal(new Set(seen).size, renewals + 1, 'each renewal brought a new token');
  const last = { ...session.tokens, accessToken: seen.at(-1) };
  if (server.api !== undefined) assert.ok(await works(server, last), 'the last token works');
  await processes.all({ type: 'leave', server: name }, 'left');
}
