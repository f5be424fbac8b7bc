import { setTimeout as pause } from 'node:timers/promises';
import { type FarEnd, startFarEnd } from '@everbearer/far-end';
import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { type Figures, figuresOf } from './figures.ts';
import { type MailboxesConfig, openMailboxes } from './open-mailboxes.ts';
import type { Display } from './table.ts';
import type { Trace } from './trace.ts';
import { startWorker, type Worker } from './worker.ts';

const PEOPLE = ['ada@contoso.example', 'grace@contoso.example', 'edsger@contoso.example'];
const WORKERS = 4;
const TOKEN_LIFE_MS = 4_000;

/** Workers for three people over one Redis, and everything that may happen to them. */
export async function tell(workers: Worker[], table: Display, trace?: Trace | undefined): Promise<Figures> {
  const display = trace ? tracedDisplay(table, trace) : table;
  const server = { accounts: PEOPLE, accessTokenLifeMs: TOKEN_LIFE_MS, latencyMs: 40, graceMs: 10_000 };
  await using farEnd = await startFarEnd({ authorizationServer: server, mailApi: { messages: 40 } });
  await using redis = await startRedisServer({ args: ['--appendonly', 'yes'] });
  const config = {
    redisUrl: `redis://127.0.0.1:${redis.port}`,
    tokenEndpoint: farEnd.tokenEndpoint,
    clientId: farEnd.clientId,
    apiUrl: `${farEnd.apiUrl}/v1.0`,
  };
  try {
    display.show(`${PEOPLE.length} people sign in, once`);
    await signIn(farEnd, config);
    for (let n = 0; n < WORKERS; n++) {
      workers.push(startWorker(String.fromCharCode(65 + n), { ...config, people: PEOPLE }, trace));
    }
    await everybody(workers);
    await trouble(farEnd, redis, workers, display);
    display.show('The workers end; what the far end counted');
    await Promise.all(workers.map((worker) => worker.stop()));
    return figuresOf(await farEnd.control.counts(), workers, PEOPLE.length);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

/** Each happening is a chapter of the page. */
function tracedDisplay(display: Display, trace: Trace): Display {
  return {
    ...display,
    show(happening) {
      display.show(happening);
      trace.note(happening);
    },
  };
}

async function trouble(farEnd: FarEnd, redis: RedisServer, workers: Worker[], display: Display) {
  const revoke = revocation(farEnd, workers);
  display.show(`Tokens live ${TOKEN_LIFE_MS / 1000} s: time goes by`);
  await pause(1.3 * TOKEN_LIFE_MS);

  display.show('All tokens are revoked at once');
  await revoke();
  await everybody(workers);

  for (const [index, worker] of workers.entries()) {
    display.show(`SIGKILL for worker ${worker.row.name}, in the middle of a renewal`);
    await revoke(PEOPLE[index % PEOPLE.length]);
    await pause(60);
    await worker.killAndRestart();
    await everybody(workers);
  }

  display.show('Redis is killed and started again');
  await redis.kill();
  await pause(300);
  await redis.start();
  await everybody(workers);

  display.show('Redis is emptied; the workers that hold tokens put them back');
  await redis.command('FLUSHALL');
  await everybody(workers);
  await pause(1.3 * TOKEN_LIFE_MS);

  display.show('All tokens are revoked once more');
  await revoke();
  await everybody(workers);
}

/** A caller whose token was renewed a moment ago because of a 401 gets the next 401: this waits until that has passed. */
function revocation({ control }: FarEnd, workers: readonly Worker[]) {
  return async (person?: string): Promise<void> => {
    const people = person === undefined ? PEOPLE : [person];
    const renewals = () => workers.flatMap((worker) => people.map(worker.renewedAt));
    const left = () => Math.max(...renewals()) + TOKEN_LIFE_MS / 4 + 100 - performance.now();
    while (left() > 0) await pause(left());
    await control.revokeAccessTokens(person);
  };
}

/** Until every worker has made some good calls for everybody. */
async function everybody(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.called(4 * PEOPLE.length)));
}

async function signIn({ control }: FarEnd, config: MailboxesConfig): Promise<void> {
  const mailboxes = await openMailboxes(config, () => undefined);
  for (const account of PEOPLE) {
    const reply = await control.signIn({ account });
    await mailboxes.accounts.for(account).signIn({
      accessToken: String(reply.access_token),
      refreshToken: String(reply.refresh_token),
      expiresAt: Date.now() + Number(reply.expires_in) * 1_000,
    });
  }
  await mailboxes.close();
}
