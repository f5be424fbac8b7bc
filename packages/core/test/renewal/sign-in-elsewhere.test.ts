import { createTokenManager, TokenEndpointError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { HOUR, sharedWorld } from '../support/shared-world.ts';

test('a session that is finished picks up a sign-in elsewhere, and looks at the store no more than once a second', async () => {
  const { clock, server, store, process, ask } = sharedWorld();
  let loads = 0;
  const counting: TokenBackend = {
    ...store.backend,
    load(key) {
      loads++;
      return store.backend.load(key);
    },
  };
  const manager = createTokenManager({ provider: server.provider, backend: counting, clock });
  await manager.signIn(server.signIn());
  server.trouble.push(() => new TokenEndpointError({ code: 'invalid_grant', status: 400 }));
  await clock.advance(HOUR);
  expect(await ask(manager, 100)).toBe('revoked');
  expect(manager.state).toBe('reauthorization_required');

  loads = 0;
  for (let tenth = 0; tenth < 100; tenth++) {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => manager.getToken().catch((e) => e.code)),
    );
    expect(new Set(answers)).toEqual(new Set(['revoked']));
    await clock.advance(100);
  }
  expect(loads).toBeLessThanOrEqual(11);

  const fresh = server.signIn();
  await process().signIn(fresh);
  await clock.advance(30_000);
  expect((await manager.getToken()).token).toBe(fresh.accessToken);
  expect(server.counts).toMatchObject({ requests: 1 });
});

test('after a pause one process asks the token endpoint again, and the others wait for what it hears', async () => {
  const { clock, server, process } = sharedWorld();
  const managers = [process(), process(), process()];
  await managers[0]?.signIn(server.signIn());
  await clock.advance(HOUR);
  server.trouble.push(
    () => new TokenEndpointError({ code: 'temporarily_unavailable', status: 503, retryAfterMs: 5_000 }),
  );
  const asked = managers.map((manager) => manager.getToken());
  await clock.advance(4_900);
  expect(server.counts.requests).toBe(1);
  await clock.advance(2_000);
  expect(new Set((await Promise.all(asked)).map(({ token }) => token)).size).toBe(1);
  expect(server.counts).toMatchObject({ requests: 2, refreshes: 1, atOnce: 1 });
});
