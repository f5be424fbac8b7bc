import { redisBackend } from '@everbearer/backends/redis';
import { type Accounts, type AuthEvent, createAccounts } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import { oauth2 } from '@everbearer/providers/oauth2';
import ky, { type KyInstance } from 'ky';
import { createClient } from 'redis';

export interface MailboxesConfig {
  redisUrl: string;
  tokenEndpoint: string;
  clientId: string;
  apiUrl: string;
}

/** One ky for many people: `context: { auth: { account } }` says for whom a call is. */
export interface Mailboxes {
  graph: KyInstance;
  accounts: Accounts;
  close(): Promise<void>;
}

/** All that a worker needs to know of authorization: several of them, on any number of machines, share one Redis. */
export async function openMailboxes(
  { redisUrl, tokenEndpoint, clientId, apiUrl }: MailboxesConfig,
  onEvent: (event: AuthEvent) => void,
): Promise<Mailboxes> {
  const client = createClient({ url: redisUrl });
  // It connects again by itself; a call that fails meanwhile is told so.
  client.on('error', () => undefined);
  await client.connect();
  const backend = redisBackend({ client, prefix: 'many-workers' });
  const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
  // For tokens that live seconds, on a machine so busy that a request takes one to arrive; leave it out for real ones.
  const timing = { recheckMs: 1_000, hardMarginMs: 1_500 };
  const accounts = createAccounts({ provider, backend, onEvent, timing });
  const origins = [new URL(apiUrl).origin];
  return {
    graph: ky
      .create({ baseUrl: `${apiUrl}/`, headers: { 'user-agent': `worker ${process.pid}` } })
      .extend(bearerAuth(({ account = '' }) => accounts.for(account), { origins, audit: true, onEvent })),
    accounts,
    async close() {
      await accounts.close();
      await backend.close();
      await client.close();
    },
  };
}
