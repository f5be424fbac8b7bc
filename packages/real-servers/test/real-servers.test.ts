import { afterAll, beforeAll, describe, test } from 'vitest';
import { findsEndpoints } from '../src/checks/finds-endpoints.ts';
import { keepsSession } from '../src/checks/keeps-session.ts';
import { namesDeadSession } from '../src/checks/names-dead-session.ts';
import { refusesWrongSecret } from '../src/checks/refuses-wrong-secret.ts';
import { saysProofsAreMissing, saysWhatSignInLacks } from '../src/checks/says-proofs-are-missing.ts';
import { sharesSession } from '../src/checks/shares-session.ts';
import { signsOutBoth } from '../src/checks/signs-out-both.ts';
import { signsOutWithoutRevocation } from '../src/checks/signs-out-without-revocation.ts';
import { tellsDaysLeft } from '../src/checks/tells-days-left.ts';
import { type Method, type RealServer, startRealServer } from '../src/real-server.ts';
import { type SessionProcesses, startSessionProcesses } from '../src/session-processes.ts';
import { TRAITS, type Traits } from '../src/traits.ts';

const SERVERS = Object.entries(TRAITS) as [keyof typeof TRAITS, Traits][];

let processes: SessionProcesses;
beforeAll(async () => {
  processes = await startSessionProcesses(3);
});
afterAll(() => processes?.stop());

// The servers beside one another; at each one check after the other, since some of them end other sessions of a person too.
describe.concurrent.for(SERVERS)('%s', ([name, traits]) => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startRealServer(name);
  });
  afterAll(() => server?.stop());

  describe('as it comes', { concurrent: false }, () => {
    test('its endpoints are found, or it is said that they cannot be', () => findsEndpoints(server));

    test.for(traits.signIns)('sign-in by %s, and a renewal', async (way) => {
      await keepsSession(server, 'none', way);
    });

    test('every client authentication it knows', async () => {
      const methods = Object.keys(server.clients) as Method[];
      for (const method of methods.filter((each) => each !== 'none'))
        await keepsSession(server, method, 'browser');
    });

    test.for(['client_secret_basic', 'client_secret_post'] as const)('a wrong secret, %s', async (method) => {
      await refusesWrongSecret(server, method);
    });

    test('three processes keep one session through 20 renewals', () => sharesSession(server, processes, 20));

    test('a session that it ended is named at once', () => namesDeadSession(server));

    if (traits.keepsBooks) {
      test('the days that are left are those of its own books', async () => {
        const methods = ['none', 'client_secret_basic'] as const;
        await Promise.all(methods.map((method) => tellsDaysLeft(server, method)));
      });
    }

    if (traits.revokes) test('sign-out ends both tokens', () => signsOutBoth(server));
    else test('a sign-out cannot revoke, and says so', () => signsOutWithoutRevocation(server));
  });
});

describe.concurrent('atproto-oauth-provider, which wants proofs of possession', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startRealServer('atproto-oauth-provider');
  });
  afterAll(() => server?.stop());

  test('the first error of a renewal says that they are missing', () => saysProofsAreMissing(server));

  test('a sign-in says what it lacks before a browser is opened', () => saysWhatSignInLacks(server));
});
