import { profiles } from '@everbearer/providers/oauth2';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { checksFor } from '../src/checks/checks-for.ts';
import { doesAsProfileSays } from '../src/checks/does-as-profile-says.ts';
import { saysProofsAreMissing } from '../src/checks/says-proofs-are-missing.ts';
import { sharesSession } from '../src/checks/shares-session.ts';
import { signsInByPushedRequest } from '../src/checks/signs-in-by-pushed-request.ts';
import { type RealServer, startRealServer } from '../src/real-server.ts';
import { type SessionProcesses, startSessionProcesses } from '../src/session-processes.ts';
import { serversToTest, traitsOf } from '../src/traits.ts';

let processes: SessionProcesses;
beforeAll(async () => {
  processes = await startSessionProcesses(3);
});
afterAll(() => processes?.stop());

// The servers beside one another; at each one check after the other, since some of them end other sessions of a person too.
describe.concurrent.for(serversToTest())('%s', (name) => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startRealServer(name);
  });
  afterAll(() => server?.stop());

  describe('as it comes', { concurrent: false }, () => {
    for (const check of checksFor(traitsOf(name))) test(check.name, () => check.run(server, processes));
  });
});

describe.concurrent('atproto-oauth-provider, which wants proofs of possession', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startRealServer('atproto-oauth-provider');
  });
  afterAll(() => server?.stop());

  test('it does what its profile says', () => doesAsProfileSays(server, profiles.atproto));

  test('the first error of a renewal says that they are missing', () => saysProofsAreMissing(server));

  test('with them three processes keep one session through 20 renewals', () =>
    sharesSession(server, processes, 20));

  test('a sign-in hands its request to the server, and ends in tokens of its own key', () =>
    signsInByPushedRequest(server));
});
