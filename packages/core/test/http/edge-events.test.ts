import {
  type AuthEvent,
  createAccounts,
  createAuthFetch,
  createTokenManager,
  staticTokenSource,
} from '@everbearer/core';
import type { TokenSourceLike } from '@everbearer/core/adapter';
import { expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

const ORIGIN = 'https://api.example';
const FOREIGN = 'https://elsewhere.example';

const STEP_UP = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="Mail.Send"' };

/**
 * What the edge tells of four calls: one is rejected once, one is asked for more, one is rejected for good, and one goes
 * where no token may go.
 */
async function toldBy(source: TokenSourceLike, auth?: { account: string }): Promise<AuthEvent[]> {
  const events: AuthEvent[] = [];
  let statuses: number[] = [];
  const fetch = async () => {
    const status = statuses.shift() ?? 200;
    return new Response(null, { status, ...(status === 403 && { headers: STEP_UP }) });
  };
  const onEvent = (event: AuthEvent) => void events.push(event);
  const authFetch = createAuthFetch(source, { origins: [ORIGIN], fetch, onEvent });
  for (statuses of [[401], [403], [401, 401]]) await authFetch(ORIGIN, { auth });
  await authFetch(FOREIGN, { auth }).catch(() => undefined);
  return events;
}

const subjects = (events: AuthEvent[]) =>
  events.map(({ type, account, provider }) => ({ type, account, provider }));

const told = (account: string | undefined, provider: string | undefined, ...types: string[]) =>
  types.map((type) => ({ type, account, provider }));

test('a token manager: its account and its provider', async () => {
  const { provider, signIn } = strictServer();
  await using tokens = createTokenManager({ account: 'ops', provider, backend: sharedStore().backend });
  await tokens.signIn(signIn());
  expect(subjects(await toldBy(tokens))).toEqual(
    told('ops', provider.id, 'replayed', 'step_up_required', 'rejected', 'not_sent'),
  );
});

test('a function that picks accounts: the account of the call, and the provider of its manager', async () => {
  const { provider, signIn } = strictServer();
  const accounts = createAccounts({ provider, backend: sharedStore().backend });
  await accounts.for('b').signIn(signIn());
  const events = await toldBy(({ account = 'a' }) => accounts.for(account), { account: 'b' });
  await accounts.close();
  expect(subjects(events.slice(0, -1))).toEqual(
    told('b', provider.id, 'replayed', 'step_up_required', 'rejected'),
  );
  // Nobody was asked for a source of a request that is not sent.
  expect(subjects(events.slice(-1))).toEqual(told('b', undefined, 'not_sent'));
});

test('a plain source: nothing, and what a function is asked for where the source does not say', async () => {
  const plain = staticTokenSource('abc');
  expect(subjects(await toldBy(plain))).toEqual(
    told(undefined, undefined, 'rejected', 'step_up_required', 'rejected', 'not_sent'),
  );
  expect(subjects(await toldBy(() => plain, { account: 'c' }))).toEqual(
    told('c', undefined, 'rejected', 'step_up_required', 'rejected', 'not_sent'),
  );
});

test('a source of your own that says whose its tokens are', async () => {
  const source = { ...staticTokenSource('abc'), account: 'mine', provider: 'my-issuer' };
  expect(subjects(await toldBy(source))).toEqual(
    told('mine', 'my-issuer', 'rejected', 'step_up_required', 'rejected', 'not_sent'),
  );
});
