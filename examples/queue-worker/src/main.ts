import { redisBackend } from '@everbearer/backends/redis';
import { createAccounts, ReauthorizationRequiredError } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import { oauth2 } from '@everbearer/providers/oauth2';
import ky, { isHTTPError } from 'ky';
import { createClient } from 'redis';
import { settings } from './settings.ts';

/*
 * Workers that take jobs from a list in Redis, each for another person, with that person's tokens from the same Redis. Start as many
 * as you like, on as many machines: each refresh token is used once.
 */

await using given = await settings();
const { redisUrl, apiUrl, signedIn, ...registered } = given;
const client = await createClient({ url: redisUrl })
  .on('error', ({ message }) => console.error(message))
  .connect();
const provider = oauth2({ ...registered, scopes: ['Mail.Read', 'offline_access'] });
const accounts = createAccounts({ provider, backend: redisBackend({ client, prefix: 'tokens' }) });
const api = ky
  .create({ baseUrl: apiUrl })
  .extend(bearerAuth(({ account = '' }) => accounts.for(account), { origins: [apiUrl] }));

for (const { person, tokens } of signedIn) {
  await accounts.for(person).signIn(tokens);
  await client.rPush('jobs', [person, person]);
}
await client.rPush('jobs', 'nobody@contoso.example');

/** Works until the list is empty; a worker that never ends would wait with `blMove` instead. */
async function worker(name: string): Promise<void> {
  for (;;) {
    // In this worker's own list until it is done: a worker that dies loses no job.
    const person = await client.lMove('jobs', `jobs of ${name}`, 'LEFT', 'RIGHT');
    if (person === null) return;
    try {
      const me = await api
        .get('/v1.0/me', { context: { auth: { account: person } } })
        .json<{ name: string }>();
      console.log(`${name}: a job for ${me.name} is done`);
    } catch (failure) {
      const error = await causeOf(failure, person);
      if (!(error instanceof ReauthorizationRequiredError)) throw error;
      // Set aside, with the reason: the other people's jobs go on.
      await client.hSet('jobs that wait for a sign-in', person, error.code);
      console.log(`${name}: ${person} must sign in (${error.code})`);
    }
    await client.lRem(`jobs of ${name}`, 1, person);
  }
}

/** The 401 by which we find out that a session has ended is the answer of the API. Who asks for a token then is told so. */
async function causeOf(failure: unknown, person: string): Promise<unknown> {
  if (!isHTTPError(failure) || failure.response.status !== 401) return failure;
  return accounts
    .for(person)
    .getToken()
    .then(() => failure)
    .catch((error: unknown) => error);
}

await Promise.all([worker('one'), worker('two')]);
await accounts.close();
await client.close();
