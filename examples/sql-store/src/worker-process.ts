import { AuthError, createAccounts, createAuthFetch } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { oauth2 } from '@everbearer/providers/oauth2';
import { postgresStore } from './postgres-store.ts';
import { sqliteStore } from './sqlite-store.ts';
import type { FromWorker, ToWorker, WorkerConfig } from './worker-messages.ts';

/* One of several workers that call an API for several users, with the tokens in one table. */

const config = JSON.parse(process.env['WORKER'] ?? '{}') as WorkerConfig;
const { store, tokenEndpoint, clientId, apiUrl } = config;
const tell = (message: FromWorker) => void process.send?.(message);

const backend: TokenBackend = 'path' in store ? sqliteStore(store) : postgresStore(store);
const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
const accounts = createAccounts({ provider, backend });
const fetch = createAuthFetch(({ account = '' }) => accounts.for(account), { origins: [apiUrl] });

/** Who the API takes the caller for. */
async function whoAmI(user: string): Promise<string> {
  try {
    const response = await fetch(`${apiUrl}/v1.0/me`, { auth: { account: user } });
    const { userPrincipalName } = (await response.json()) as { userPrincipalName?: string };
    return userPrincipalName ?? `status ${response.status}`;
  } catch (error) {
    return error instanceof AuthError ? error.code : String(error);
  }
}

async function round({ users, callsEach }: ToWorker): Promise<void> {
  const calls = users.flatMap((user) => Array.from({ length: callsEach }, () => user));
  const answers = await Promise.all(calls.map(whoAmI));
  const wrong = answers.filter((answer, index) => answer !== calls[index]);
  tell({ type: 'done', right: answers.length - wrong.length, wrong });
}

async function end(): Promise<void> {
  await accounts.close();
  await backend.close?.();
}

process.on('message', (message: ToWorker) => void round(message));
process.on('disconnect', () => void end());
tell({ type: 'ready' });
