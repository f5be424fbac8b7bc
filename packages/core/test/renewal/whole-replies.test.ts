import { TokenEndpointError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { HOUR, sharedWorld as world } from '../support/shared-world.ts';

/** A session whose token has ended, and a server that answers once like this before it is itself again. */
async function answeredOnce(trouble: () => unknown) {
  const the = world();
  const manager = the.process();
  await manager.signIn(the.server.signIn());
  await the.clock.advance(HOUR);
  the.server.trouble.push(trouble);
  return { ...the, manager };
}

const refused = (code: string, status?: number) => () => new TokenEndpointError({ code, status });

describe('a reply that was read whole is not followed by the same refresh token before a pause that all share', () => {
  test.each<[string, () => unknown]>([
    ['500', refused('invalid_response', 500)],
    ['500, server_error', refused('server_error', 500)],
    ['502 of a gateway', refused('invalid_response', 502)],
    ['504 of a gateway', refused('invalid_response', 504)],
  ])('%s', async (_name, trouble) => {
    const { clock, server, process, manager } = await answeredOnce(trouble);
    const asked = [manager, process()].map((each) => each.getToken());
    await clock.advance(450);
    expect(server.counts.requests).toBe(1);
    await clock.advance(1_000);
    expect((await Promise.all(asked)).map(({ token }) => token)).toEqual(['at-3', 'at-3']);
    expect(server.counts).toMatchObject({ requests: 2, reuses: 0 });
  });
});

describe('a success without tokens may have replaced the refresh token', () => {
  test.each<[string, undefined | (() => unknown)]>([
    ['a success without tokens', refused('invalid_response', 200)],
    ['tokens that are none', undefined],
  ])(
    '%s: callers are told at once, and nobody presents it again before the pause is over',
    async (_name, trouble) => {
      const { clock, server, process, manager } = await answeredOnce(trouble ?? (() => undefined));
      if (!trouble) answerWithoutTokens(server);
      const told = manager.getToken().catch((e: unknown) => e);
      await clock.advance(10);
      expect(await told).toMatchObject({ code: 'invalid_response' });
      // Also those who are asked for all the same where a refusal says that nothing was replaced.
      const others = [process().getToken(), process().renew(), manager.renew()].map((each) =>
        each.catch((e: { code: string }) => e.code),
      );
      await clock.advance(400);
      expect(await Promise.all(others)).toEqual(['invalid_response', 'invalid_response', 'invalid_response']);
      expect(server.counts.requests).toBe(1);
      await clock.advance(1_000);
      expect((await manager.getToken()).token).toBe('at-3');
      expect(server.counts).toMatchObject({ requests: 2, reuses: 0 });
    },
  );
});

/** The next refresh resolves to nothing that could be a token. */
function answerWithoutTokens(server: ReturnType<typeof world>['server']): void {
  const { refresh } = server.provider;
  server.trouble.length = 0;
  server.provider.refresh = async () => {
    server.provider.refresh = refresh;
    server.counts.requests++;
    return {} as TokenSet;
  };
}

describe('whoever is held up by a pause is told what it follows, and how long it is', () => {
  test.each<[string, () => TokenEndpointError, object, RegExp]>([
    [
      'a connection that broke, with no server that asked for anything',
      () => new TokenEndpointError({ code: 'network' }),
      { code: 'network', status: undefined, sent: false },
      /can be reached from this machine/,
    ],
    [
      'an error of the server, in its words',
      () =>
        new TokenEndpointError({
          code: 'server_error',
          status: 500,
          description: 'Disk full.',
        }),
      { code: 'server_error', status: 500, sent: false },
      /\(status 500\): Disk full\./,
    ],
  ])('%s', async (_name, trouble, error, words) => {
    const { clock, server, process, manager } = await answeredOnce(trouble);
    server.trouble.push(...Array.from({ length: 30 }, () => trouble));
    for (const each of [manager, process()]) {
      const asked = each.getToken().catch((e: unknown) => e);
      await clock.advance(35_000);
      const told = await asked;
      expect(told).toMatchObject(error);
      expect((told as Error).message).toMatch(words);
      expect((told as Error).message).not.toContain('asked to wait');
      expect((told as TokenEndpointError).retryAfterMs).toBeGreaterThan(1_000);
    }
  });

  test('a loss of the store: no server is named as the cause', async () => {
    const { clock, server, store, process } = world();
    const newest = process();
    await newest.signIn(server.signIn());
    const older = store.snapshot();
    await clock.advance(HOUR);
    await newest.getToken();
    older();
    await newest.status();
    const told = process()
      .renew()
      .catch((e: unknown) => e);
    await clock.advance(100);
    expect(((await told) as Error).message).toMatch(/backend had lost something/);
  });
});
