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
    ['a success without tokens', refused('invalid_response', 200)],
    ['a success with a code that nobody knows', refused('busy', 200)],
    ['tokens that are none', () => undefined],
    ['500', refused('invalid_response', 500)],
    ['500, server_error', refused('server_error', 500)],
    ['502 of a gateway', refused('invalid_response', 502)],
    ['504 of a gateway', refused('invalid_response', 504)],
    ['404', refused('invalid_response', 404)],
  ])('%s', async (name, trouble) => {
    const { clock, server, process, manager } = await answeredOnce(trouble);
    if (name === 'tokens that are none') {
      const { refresh } = server.provider;
      let isFirst = true;
      server.trouble.length = 0;
      server.provider.refresh = async (...given) => {
        if (!isFirst) return (refresh as NonNullable<typeof refresh>)(...given);
        isFirst = false;
        server.counts.requests++;
        return {} as TokenSet;
      };
    }
    const asked = [manager, process()].map((each) => each.getToken().catch((e: unknown) => e));
    await clock.advance(450);
    expect(server.counts.requests).toBeLessThanOrEqual(2);
    await clock.advance(1_000);
    const told = (await Promise.all(asked)) as { token?: string; retryable?: boolean }[];
    // What waiting cannot mend is told at once; the rest is waited out.
    const waits = name.startsWith('50');
    if (waits) expect(told.map(({ token }) => token)).toEqual(['at-3', 'at-3']);
    else expect(told[0]).toMatchObject({ code: expect.any(String), retryable: false });
    // After a success that may have replaced it nobody asks, a new process as little as the first.
    const mayHaveRotated = name === 'a success without tokens' || name === 'tokens that are none';
    expect(server.counts).toMatchObject({ requests: mayHaveRotated ? 1 : 2, reuses: 0 });
  });
});

describe('whoever is held up by a pause is told what it follows, and how long it is', () => {
  test.each<[string, () => TokenEndpointError, object, RegExp]>([
    [
      'a connection that broke, with no server that asked for anything',
      () => new TokenEndpointError({ code: 'network', retryAfterMs: 60_000 }),
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
          retryAfterMs: 60_000,
        }),
      { code: 'server_error', status: 500, sent: false },
      /\(status 500\): Disk full\./,
    ],
    [
      'a success without tokens',
      () => new TokenEndpointError({ code: 'invalid_response', status: 200, retryAfterMs: 60_000 }),
      { code: 'invalid_response', status: 200, retryable: false },
      /is a token endpoint/,
    ],
  ])('%s', async (_name, trouble, error, words) => {
    const { clock, server, process, manager } = await answeredOnce(trouble);
    server.trouble.push(trouble, trouble);
    const first = manager.getToken().catch((e: unknown) => e);
    await clock.advance(2_000);
    for (const told of [
      await first,
      await process()
        .getToken()
        .catch((e: unknown) => e),
    ]) {
      expect(told).toMatchObject(error);
      expect((told as Error).message).toMatch(words);
      const isAsked = (told as TokenEndpointError).code === 'server_error';
      expect((told as Error).message.includes('asked to wait')).toBe(isAsked);
      expect((told as TokenEndpointError).retryAfterMs).toBeGreaterThan(50_000);
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
