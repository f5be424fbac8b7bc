import { type AuthEvent, createAccounts, createTokenManager, type Seed } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

const { provider, signIn } = strictServer({ profile: { graceMs: Number.POSITIVE_INFINITY } });

/** The warnings that a backend gives: as events while it is used, and in the status. */
async function warningsOf(backend: TokenBackend | Seed) {
  const told: string[] = [];
  const onEvent = (event: { type: string; message?: string }) => {
    if (event.type === 'warning') told.push(event.message ?? '');
  };
  await using manager = createTokenManager({ provider, backend, onEvent });
  if ('save' in backend) await manager.signIn(signIn());
  await manager.getToken();
  await manager.renew();
  return { told, status: (await manager.status()).warnings };
}

test('a backend that forgets says so once as an event, and in each status', async () => {
  const { told, status } = await warningsOf(sharedStore({ durable: false }).backend);
  expect(told).toEqual([expect.stringContaining('a restart loses the tokens')]);
  expect(status).toEqual(told);
});

test('a backend that is only read says where renewals go, and what to do', async () => {
  const { told, status } = await warningsOf(seedOf(signIn().refreshToken).seed);
  expect(told).toEqual([expect.stringMatching(/read-only.*restart begins again.*`seed`/)]);
  expect(status).toEqual(told);
});

test('a grant that needs no sign-in loses nothing in a backend that forgets', async () => {
  const told: string[] = [];
  const { refresh: _, ...rest } = provider;
  await using manager = createTokenManager({
    provider: { ...rest, acquire: async () => ({ ...signIn(), refreshToken: undefined }) },
    backend: sharedStore({ durable: false }).backend,
    onEvent: ({ type }) => void told.push(type),
  });
  await manager.getToken();
  expect(told).toEqual(['renewal_started', 'renewed']);
  expect((await manager.status()).warnings).toEqual([]);
});

test('a backend that keeps everything gives no warning', async () => {
  expect(await warningsOf(sharedStore().backend)).toEqual({ told: [], status: [] });
});

test('many accounts in one store are one warning', async () => {
  const told: AuthEvent[] = [];
  const { backend } = sharedStore({ durable: false });
  const accounts = createAccounts({
    provider,
    backend,
    onEvent: (event) => void (event.type === 'warning' && told.push(event)),
  });
  for (const name of ['a', 'b', 'c']) await accounts.for(name).signIn(signIn());
  expect(told).toMatchObject([
    { type: 'warning', code: 'not_durable', account: undefined, provider: provider.id },
  ]);
  await accounts.close();
});

test('a seed that cannot be read is no obstacle to a living session, and the status says what is wrong with it', async () => {
  const seed = seedOf(signIn().refreshToken);
  await using manager = createTokenManager({ provider, backend: sharedStore().backend, seed: seed.seed });
  await manager.getToken();
  seed.change('{"refresh_token":');
  await manager.renew();
  expect((await manager.status()).warnings).toEqual([expect.stringContaining('begins like JSON and is not')]);
  seed.change(signIn().refreshToken as string);
  await manager.renew();
  expect((await manager.status()).warnings).toEqual([]);
});
