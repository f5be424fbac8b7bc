import { type Answer, only, statuses } from '@everbearer/far-end/support/recording-server';
import { HTTPError, type Options } from 'ky';
import { describe, expect, test } from 'vitest';
import { kyWorld } from './support/ky-world.ts';

const T1 = 'Bearer t1';
const T2 = 'Bearer t2';

/** Refuses t1; the requests with t2 get these statuses in turn. */
const refusing = (...codes: number[]): Answer => {
  let good = 0;
  return ({ authorization }, response) => {
    response.statusCode = authorization === T1 ? 401 : (codes[good++] ?? 200);
  };
};

describe('the replay is no retry of ky', () => {
  test.each<[string, Options, Answer, (string | undefined)[]]>([
    ['at retry limit 0', { retry: 0 }, refusing(), [T1, T2]],
    ['of a POST', { method: 'post', json: {} }, refusing(), [T1, T2]],
    ['of a method that ky never retries', { method: 'post', retry: { methods: [] } }, refusing(), [T1, T2]],
    ['when the budget is used up', { retry: 1 }, statuses(503, 401, 200), [T1, T1, T2]],
    ['and takes nothing of the budget', { retry: 1 }, refusing(503, 200), [T1, T2, T2]],
    ['and waits for nothing', { retry: { limit: 2, delay: () => 3_600_000 } }, refusing(), [T1, T2]],
    ['HEAD', { method: 'head', retry: 0 }, refusing(), [T1, T2]],
    ['OPTIONS', { method: 'options', retry: 0 }, refusing(), [T1, T2]],
    ['QUERY', { method: 'query', json: {}, retry: 0 }, refusing(), [T1, T2]],
  ])('%s', async (_name, options, answer, sent) => {
    await using world = await kyWorld(answer);
    const pauses = {
      delay: () => 0,
      ...(typeof options.retry === 'object' ? options.retry : { limit: options.retry ?? 2 }),
    };
    expect((await world.api('', { ...options, retry: pauses })).status).toBe(200);
    expect(world.server.authorizations).toEqual(sent);
  });

  test("the caller's beforeRetry hooks do not see it", async () => {
    await using world = await kyWorld(refusing());
    const counts: number[] = [];
    await world.api.get('', { hooks: { beforeRetry: [({ retryCount }) => void counts.push(retryCount)] } });
    expect([counts, world.server.seen.length]).toEqual([[], 2]);
  });

  test('once a call, also where the caller has ky retry a 401: 3 attempts and 1 replay', async () => {
    await using world = await kyWorld(only('none'));
    const retry = { limit: 2, statusCodes: [401], delay: () => 0 };
    await expect(world.api.get('', { retry })).rejects.toBeInstanceOf(HTTPError);
    expect(world.server.authorizations).toEqual([T1, T2, T2, T2]);
  });

  test('100 calls with one refused token: 1 renewal, 200 requests', async () => {
    await using world = await kyWorld(only('t2'));
    const calls = Array.from({ length: 100 }, () => world.api.get('', { retry: 0 }));
    expect(new Set((await Promise.all(calls)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(world.server.authorizations)).toEqual(new Set([T1, T2]));
    expect(world.server.seen).toHaveLength(200);
    expect((await world.source.getToken()).token).toBe('t2');
  });
});

describe("ky's own retries carry the token of the day", () => {
  const renewed = (world: { source: { getToken(ask: object): Promise<unknown> } }) => () =>
    world.source.getToken({ rejected: 't1' });

  test.each<[string, (request: Request) => Request | undefined]>([
    ['after an ordinary hook', () => undefined],
    ['after a hook that puts another Request in place', (request) => new Request(request, { headers: {} })],
    ['after a hook that keeps the old header', (request) => new Request(request)],
  ])('%s', async (_name, replace) => {
    await using world = await kyWorld(statuses(503));
    const hook = async ({ request }: { request: Request }) => {
      await renewed(world)();
      return replace(request);
    };
    // Once before our hook, and once behind it.
    await world.api.get('', { hooks: { beforeRetry: [hook] } });
    expect(world.server.authorizations).toEqual([T1, T2]);
  });

  test.each([false, true])('after a time-out, with a token in hand: %s', async (peeks) => {
    await using world = await kyWorld(
      (_seen, response, count) => {
        if (count === 1) response.statusCode = 599; // Never answered.
      },
      { peeks },
    );
    const retry = { limit: 1, retryOnTimeout: true, delay: () => 0 };
    expect((await world.api.get('', { timeout: 200, retry })).status).toBe(200);
    expect(world.server.authorizations).toEqual([T1, T1]);
  });

  test('also after a replay that met a 503', async () => {
    await using world = await kyWorld(refusing(503, 503));
    await world.api.get('', { retry: { limit: 2, delay: () => 0 } });
    expect(world.server.authorizations).toEqual([T1, T2, T2, T2]);
  });

  test('a request of the caller’s own, by ky.retry()', async () => {
    await using world = await kyWorld(refusing());
    const { retry } = await import('ky').then(({ default: ky }) => ky);
    let first = true;
    const afterResponse = ({ request }: { request: Request }) => {
      if (!first) return undefined;
      first = false;
      return retry({ request: new Request(`${request.url}again`), delay: 0 });
    };
    await world.api.get('', { hooks: { afterResponse: [afterResponse] } });
    expect(world.server.seen.map(({ path, authorization }) => [path, authorization])).toEqual([
      ['/', T1],
      ['/', T2],
      ['/again', T2],
    ]);
  });
});
