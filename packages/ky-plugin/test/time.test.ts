import { gate } from '@everbearer/far-end/support/counting-source';
import { type Answer, hang, only, statuses } from '@everbearer/far-end/support/recording-server';
import ky, { TimeoutError } from 'ky';
import { describe, expect, test } from 'vitest';
import { type KyWorld, kyWorld } from './support/ky-world.ts';

const never = new Promise<never>(() => undefined);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('time', () => {
  test('a wait for the first token is no part of `timeout`', async () => {
    await using world = await kyWorld();
    world.source.gate = pause(1_300);
    expect((await world.api.get('', { timeout: 1_000, retry: 0 })).status).toBe(200);
  });

  test('but of `totalTimeout`, and nothing is sent', async () => {
    await using world = await kyWorld();
    world.source.gate = never;
    await expect(world.api.get('', { totalTimeout: 50, timeout: 30_000 })).rejects.toBeInstanceOf(
      TimeoutError,
    );
    expect(world.server.seen).toEqual([]);
  });

  test('refusal, renewal and replay share one `timeout`', async () => {
    await using world = await kyWorld(only('t2'));
    const getToken = world.source.getToken.bind(world.source);
    world.source.getToken = (ask) => (ask?.rejected === undefined ? getToken(ask) : never);
    await expect(world.api.get('', { timeout: 200, retry: 0 })).rejects.toBeInstanceOf(TimeoutError);
    expect(world.server.authorizations).toEqual(['Bearer t1']);
  });
});

const refusedThen =
  (next: Answer): Answer =>
  (seen, response, count) =>
    (count === 1 ? only('t2') : next)(seen, response, count);

describe('an abort reaches the caller at once', () => {
  const reason = new Error('enough');

  /** Lets the renewal begin, tells of it, and never ends it. */
  function renewalThatHangs(world: KyWorld, onBegin: () => void): void {
    const getToken = world.source.getToken.bind(world.source);
    world.source.getToken = (ask) => {
      if (ask?.rejected === undefined) return getToken(ask);
      onBegin();
      return never;
    };
  }

  test.each<[string, Answer, (world: KyWorld, abort: () => void) => object | undefined, number]>([
    [
      'before the call',
      only('t1'),
      (_world, abort) => {
        abort();
        return undefined;
      },
      0,
    ],
    [
      'while the first token is waited for',
      only('t1'),
      ({ source }, abort) => {
        source.gate = never;
        setTimeout(abort, 20);
        return undefined;
      },
      0,
    ],
    ['while it is sent', hang, ({ server }, abort) => void whenSeen(server, 1, abort), 1],
    [
      'while the token is renewed',
      only('t2'),
      (world, abort) => {
        renewalThatHangs(world, abort);
        return undefined;
      },
      1,
    ],
    ['while it is sent again', refusedThen(hang), ({ server }, abort) => void whenSeen(server, 2, abort), 2],
    [
      'in a pause of ky',
      statuses(503),
      (_world, abort) => ({
        retry: {
          limit: 1,
          delay() {
            setTimeout(abort, 20);
            return 3_600_000;
          },
        },
      }),
      1,
    ],
  ])('%s', async (_name, answer, arrange, sent) => {
    await using world = await kyWorld(answer);
    const controller = new AbortController();
    const options = arrange(world, () => controller.abort(reason)) ?? {};
    const call = world.api.get('', { signal: controller.signal, timeout: false, ...options });
    await expect(call).rejects.toBe(reason);
    expect(world.server.seen).toHaveLength(sent);
  });

  test('and while the body is read', async () => {
    await using world = await kyWorld((_seen, response) => {
      response.write('first');
      response.statusCode = 599; // Left open.
    });
    const controller = new AbortController();
    const response = await world.api.get('', { signal: controller.signal });
    const reading = response.text();
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });

  test('and the renewal goes on for the others', async () => {
    await using world = await kyWorld(only('t2'));
    const renewing = gate();
    const getToken = world.source.getToken.bind(world.source);
    const controller = new AbortController();
    world.source.getToken = async (ask) => {
      if (ask?.rejected !== undefined) {
        controller.abort(reason);
        await renewing.promise;
      }
      return getToken(ask);
    };
    const other = world.api.get('other');
    await expect(world.api.get('mine', { signal: controller.signal })).rejects.toBe(reason);
    renewing.open();
    expect((await other).status).toBe(200);
  });
});

async function whenSeen({ seen }: KyWorld['server'], count: number, then: () => void): Promise<void> {
  while (seen.length < count) await pause(5);
  then();
}

test('plain ky and ours end an aborted call in the same way', async () => {
  await using world = await kyWorld();
  const outcome = (api: typeof ky) =>
    api
      .get(world.server.url, { signal: AbortSignal.abort() })
      .then(() => undefined)
      .catch(({ name, message }: Error) => [name, message]);
  expect(await outcome(world.api)).toEqual(await outcome(ky));
});
