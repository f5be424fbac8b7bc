import { setTimeout as pause } from 'node:timers/promises';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager, ReauthorizationRequiredError } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import { microsoft, rejectedByGraph } from '@everbearer/providers/microsoft';
import { deviceCode } from '@everbearer/providers/sign-in';
import ky, { HTTPError } from 'ky';
import { settings } from './settings.ts';

/*
 * How many messages are in an inbox, and how many of them are unread, every minute until Ctrl-C or a SIGTERM. The tokens are in a
 * file. A person signs in the first time, and again only when the server has ended that sign-in.
 */

const say = (text: string) => console.log(new Date().toLocaleTimeString(), text);
const ending = new AbortController();
const { signal } = ending;
// The first lets it finish; a second of the same kind does not.
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => ending.abort());

const { tenantId, clientId, endpoints, graphUrl, directory, everyMs, onCode, end } = await settings();
const provider = microsoft({ tenantId, clientId, endpoints, scopes: ['Mail.Read'] });
const tokens = createTokenManager({
  provider,
  backend: fileBackend({ directory }),
  onEvent: ({ type }) => type === 'renewed' && say('(renewed)'),
});
const graph = ky
  .create({ baseUrl: graphUrl, signal })
  .extend(bearerAuth(tokens, { origins: [graphUrl], isRejected: rejectedByGraph }));

async function countInbox(): Promise<void> {
  try {
    const { totalItemCount, unreadItemCount } = await graph
      .get('/v1.0/me/mailFolders/inbox')
      .json<{ totalItemCount: number; unreadItemCount: number }>();
    say(`${totalItemCount} messages, ${unreadItemCount} unread`);
  } catch (error) {
    // The request that finds out that a sign-in has ended may get Graph's own 401: whoever then asks for a token is told why.
    if (error instanceof HTTPError && error.response.status === 401) await tokens.getToken();
    throw error;
  }
}

async function countOrSignIn(): Promise<void> {
  try {
    await countInbox();
  } catch (error) {
    if (!(error instanceof ReauthorizationRequiredError)) throw error;
    say(`A person must sign in (${error.code}). Until then, nothing is asked of the mailbox.`);
    await tokens.signIn(await deviceCode(provider, { onCode, signal }));
    await countInbox();
  }
}

while (!signal.aborted) {
  await countOrSignIn().catch((error: Error) => {
    // It passes, or the message says what to do. A code that nobody entered in time is followed by another.
    if (!signal.aborted) say(error.message);
  });
  await pause(everyMs, undefined, { signal }).catch(() => undefined);
}
// A renewal that is under way is finished and stored, although its request was given up.
await tokens.close();
say('Ended.');
await end();
