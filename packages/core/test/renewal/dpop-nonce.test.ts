import { createTokenManager, TokenEndpointError } from '@everbearer/core';
import { expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

const nonce = () => new TokenEndpointError({ code: 'use_dpop_nonce', status: 400 });

async function expired() {
  const clock = testClock();
  const server = strictServer({ now: clock.now });
  const manager = createTokenManager({ provider: server.provider, backend: sharedStore().backend, clock });
  await manager.signIn(server.signIn());
  await clock.advance(3_600_000);
  return { clock, server, manager };
}

test('a server that asks for a nonce is asked once more with the same refresh token', async () => {
  const { clock, server, manager } = await expired();
  server.trouble.push(nonce);
  const asked = manager.getToken();
  await clock.advance(200);
  expect((await asked).token).toBe('at-3');
  expect(server.counts).toMatchObject({ requests: 2, refreshes: 1, reuses: 0 });
});

test('one that asks again is not asked a third time, and the tokens are kept', async () => {
  const { clock, server, manager } = await expired();
  server.trouble.push(nonce, nonce);
  // Bun waits inside `expect(...).rejects`, and no clock goes on meanwhile.
  const refused = manager.getToken().catch((error: unknown) => error);
  await clock.advance(200);
  expect(await refused).toMatchObject({ code: 'use_dpop_nonce' });
  expect(server.counts.requests).toBe(2);
  expect(manager.state).toBe('expired');
});
