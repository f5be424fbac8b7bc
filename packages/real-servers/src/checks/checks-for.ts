import type { Method, RealServer } from '../real-server.ts';
import type { SessionProcesses } from '../session-processes.ts';
import type { Traits } from '../traits.ts';
import { doesAsProfileSays } from './does-as-profile-says.ts';
import { findsEndpoints } from './finds-endpoints.ts';
import { keepsBoundSession } from './keeps-bound-session.ts';
import { keepsSession } from './keeps-session.ts';
import { namesDeadSession } from './names-dead-session.ts';
import { refusesWrongSecret } from './refuses-wrong-secret.ts';
import { sharesSession } from './shares-session.ts';
import { signsOutBoth, signsOutOfEnded } from './signs-out-both.ts';
import { signsOutWithoutRevocation } from './signs-out-without-revocation.ts';
import { tellsDaysLeft } from './tells-days-left.ts';

/** What must hold at a server. It throws at what does not. */
export interface Check {
  name: string;
  run(server: RealServer, processes: SessionProcesses): Promise<void>;
}

/** Everything that must hold at a server with these traits. */
export function checksFor({ signIns, keepsBooks, binds, namesWrongSecret, revokes }: Traits): Check[] {
  return [
    { name: 'its endpoints are found, or it is said that they cannot be', run: findsEndpoints },
    ...signIns.map((way) => ({
      name: `sign-in by ${way}, and a renewal`,
      run: (server: RealServer) => keepsSession(server, 'none', way),
    })),
    { name: 'it does what its profile says', run: (server) => doesAsProfileSays(server) },
    { name: 'every client authentication it knows', run: everyAuthentication },
    ...(namesWrongSecret === false ? [] : [{ name: 'a wrong secret is named', run: wrongSecrets }]),
    {
      name: 'three processes keep one session through 20 renewals',
      run: (server, processes) => sharesSession(server, processes, 20),
    },
    { name: 'a session that it ended is named at once', run: namesDeadSession },
    ...(keepsBooks ?? []).map((method) => ({
      name: `the days that are left are those of its own books, ${method}`,
      run: (server: RealServer) => tellsDaysLeft(server, method),
    })),
    ...(binds ? [{ name: 'a session that is bound to a key', run: keepsBoundSession }] : []),
    ...(revokes
      ? [
          { name: 'sign-out ends both tokens', run: signsOutBoth },
          { name: 'sign-out of a session that it had ended', run: signsOutOfEnded },
        ]
      : [{ name: 'a sign-out cannot revoke, and says so', run: signsOutWithoutRevocation }]),
  ];
}

async function everyAuthentication(server: RealServer): Promise<void> {
  const methods = Object.keys(server.clients) as Method[];
  for (const method of methods.filter((each) => each !== 'none'))
    await keepsSession(server, method, 'browser');
}

async function wrongSecrets(server: RealServer): Promise<void> {
  for (const method of ['client_secret_basic', 'client_secret_post'] as const)
    if (server.clients[method]) await refusesWrongSecret(server, method);
}
