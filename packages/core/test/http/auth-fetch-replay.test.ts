import { type AuthEvent, type AuthFetchInit, createAuthFetch, TokenRejectedError } from '@everbearer/core';
import { countingSource, gate } from '@everbearer/far-end/support/counting-source';
import {
  type Answer,
  challenging,
  hang,
  only,
  recordingServer,
} from '@everbearer/far-end/support/recording-server';
import { describe, expect, test, vi } from 'vitest';

/** The sources of these tests do not say whose tokens they hand out. */
const NOBODY = { account: undefined, provider: undefined };
const CLAIMS = '{"access_token":{"nbf":{"essential":true}}}';

/** A server that answers so, and a fetch whose source counts. */
async function setUp(answer: Answer, options: object = {}) {
  const server = await recordingServer(answer);
  const source = countingSource();
  const events: AuthEvent[] = [];
  const onEvent = (event: AuthEvent) => void events.push(event);
  const authFetch = createAuthFetch(source, { origins: [server.url], onEvent, ...options });
  return { server, source, events, authFetch, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const rejections = ({ asks }: ReturnType<typeof countingSource>) => asks.map((ask) => ask?.rejected);

describe('a rejected token is renewed, and the request is sent once more', () => {
  test('with the new token, the same headers, and an event', async () => {
    await using world = await setUp(only('t2'));
    const { server, events } = world;
    const response = await world.authFetch(`${server.url}/x`, { headers: { 'x-a': 'b' } });
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
    expect(server.seen.map(({ headers }) => headers['x-a'])).toEqual(['b', 'b']);
    expect(rejections(world.source)).toEqual([undefined, 't1']);
    expect(events).toEqual([{ type: 'replayed', method: 'GET', origin: server.url }]);
  });

  test('once a call: a second 401 is the answer', async () => {
    await using world = await setUp(only('none'));
    const response = await world.authFetch(world.server.url);
    expect([response.status, await response.text()]).toEqual([401, 'refused Bearer t2']);
    expect(world.server.seen).toHaveLength(2);
    expect(world.events.map(({ type }) => type)).toEqual(['replayed', 'rejected']);
    await world.authFetch(world.server.url);
    expect(world.server.seen).toHaveLength(4);
  });

  test('through the fetch that was given', async () => {
    const sent: string[] = [];
    const send: typeof fetch = (input, init) => {
      sent.push(new Headers(init?.headers).get('authorization') ?? '');
      return fetch(input, init);
    };
    await using world = await setUp(only('t2'), { fetch: send });
    expect((await world.authFetch(world.server.url)).status).toBe(200);
    expect(sent).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test('the global fetch is the one that was there when it was made', async () => {
    const { fetch: before } = globalThis;
    const used: string[] = [];
    const counting = (name: string) =>
      ((input, init) => {
        used.push(name);
        return before(input, init);
      }) as typeof fetch;
    try {
      globalThis.fetch = counting('then');
      await using world = await setUp(only('t1'));
      globalThis.fetch = counting('now');
      await world.authFetch(world.server.url);
    } finally {
      globalThis.fetch = before;
    }
    expect(used).toEqual(['then']);
  });

  test('so it can be put in the place of the global fetch', async () => {
    await using world = await setUp(only('t2'));
    const { fetch: before } = globalThis;
    try {
      globalThis.fetch = createAuthFetch(world.source, { origins: [world.server.url] }) as typeof fetch;
      expect((await fetch(world.server.url)).status).toBe(200);
      // Twice over, as two parts of a program might do it.
      globalThis.fetch = createAuthFetch(world.source, { origins: [world.server.url] }) as typeof fetch;
      expect((await fetch(world.server.url)).status).toBe(200);
    } finally {
      globalThis.fetch = before;
    }
    expect(world.server.authorizations).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
  });

  test('isRejected takes the place of the status, and may wait', async () => {
    const dialect: Answer = ({ authorization }, response) => {
      response.statusCode = authorization === 'Bearer t1' ? 403 : 401;
    };
    await using world = await setUp(dialect, { isRejected: async ({ status }: Response) => status === 403 });
    expect((await world.authFetch(world.server.url)).status).toBe(401);
    expect(world.server.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
    const never = createAuthFetch(countingSource(), { origins: [world.server.url], isRejected: () => false });
    expect((await never(world.server.url)).status).toBe(403);
    expect(world.server.seen).toHaveLength(3);
  });
});

describe('isRejected', () => {
  test('that throws fails the call with an error that names it, and frees the response', async () => {
    const mistake = new RangeError('mine');
    let response: Response | undefined;
    const isRejected = (given: Response) => {
      response = given;
      throw mistake;
    };
    await using world = await setUp(only('none'), { isRejected });
    const told = (await world.authFetch(world.server.url).catch((e: unknown) => e)) as Error;
    expect(told).toMatchObject({ option: 'isRejected' });
    expect(told.cause).toMatchObject({ message: 'RangeError' });
    expect(response?.bodyUsed).toBe(true);
  });

  test('is never asked about a response of success, so it delays none', async () => {
    const asked = vi.fn(() => new Promise<boolean>(() => undefined));
    await using world = await setUp(only('t1'), { isRejected: asked });
    expect(await (await world.authFetch(world.server.url)).text()).toBe('ok');
    expect(asked).not.toHaveBeenCalled();
  });

  test('that answers at once keeps no response waiting for its body', async () => {
    await using world = await setUp(
      (_seen, response) => {
        response.write('first');
        response.statusCode = 599; // Left open.
      },
      { isRejected: ({ status }: Response) => status === 401 },
    );
    const response = await world.authFetch(world.server.url);
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toBe('first');
  });
});

describe('a renewal that cannot help leaves the response as it is', () => {
  test.each<[string, Error | undefined]>([
    ['refuses', new TokenRejectedError()],
    ['fails in a way of its own', new RangeError('foreign')],
  ])('a source that %s: the 401 comes back unread', async (_name, refusal) => {
    await using world = await setUp(only('none'));
    world.source.refusal = refusal;
    const response = await world.authFetch(world.server.url);
    expect([response.status, response.bodyUsed, await response.text()]).toEqual([
      401,
      false,
      'refused Bearer t1',
    ]);
    expect(world.events).toEqual([{ type: 'rejected', origin: world.server.url, ...NOBODY }]);
  });

  test('a source that gives the refused token again: nothing is replayed', async () => {
    await using world = await setUp(only('none'));
    const { token } = await world.source.getToken();
    const same = { getToken: async () => ({ token }) as never };
    const events: AuthEvent[] = [];
    const authFetch = createAuthFetch(same, {
      origins: [world.server.url],
      onEvent: (event) => void events.push(event),
    });
    const response = await authFetch(world.server.url);
    expect([response.status, await response.text()]).toEqual([401, 'refused Bearer t1']);
    expect(world.server.seen).toHaveLength(1);
    expect(events).toEqual([{ type: 'rejected', origin: world.server.url, ...NOBODY }]);
  });

  const AGE = 'Bearer error="insufficient_user_authentication", acr_values="x y", max_age=5';
  test.each<[number, string, object]>([
    [
      401,
      'Bearer error="insufficient_scope", scope="Mail.Send"',
      { reason: 'insufficient_scope', scopes: ['Mail.Send'] },
    ],
    [403, 'Bearer error="insufficient_scope"', { reason: 'insufficient_scope' }],
    [401, AGE, { reason: 'insufficient_user_authentication', acrValues: 'x y', maxAge: 5 }],
    // A server that quotes the token brings it into no event.
    [403, 'Bearer error="insufficient_scope", scope="a t1"', { reason: 'insufficient_scope' }],
  ])('%s %s is told by an event and renews nothing', async (status, challenge, told) => {
    await using world = await setUp(challenging(status, challenge));
    const response = await world.authFetch(world.server.url);
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([status, challenge]);
    expect(await response.text()).toBe('refused Bearer t1');
    expect(rejections(world.source)).toEqual([undefined]);
    expect(world.events).toEqual([
      { type: 'step_up_required', origin: world.server.url, ...told, ...NOBODY },
    ]);
  });

  test('what the replay is asked for is told as well', async () => {
    const stepUp = challenging(403, 'Bearer error="insufficient_scope", scope="a"');
    await using world = await setUp((seen, response, count) => {
      (count === 1 ? only('t2') : stepUp)(seen, response, count);
    });
    expect((await world.authFetch(world.server.url)).status).toBe(403);
    expect(world.events.map(({ type }) => type)).toEqual(['replayed', 'step_up_required']);
    expect(world.events[1]).toMatchObject({ reason: 'insufficient_scope', scopes: ['a'] });
  });

  test('a plain 403 renews nothing and says nothing', async () => {
    await using world = await setUp(challenging(403, 'Bearer error="invalid_token"'));
    expect((await world.authFetch(world.server.url)).status).toBe(403);
    expect([world.server.seen.length, world.events]).toEqual([1, []]);
  });

  test('a claims challenge is passed on decoded, with the rejected token', async () => {
    const claims = `Bearer error="insufficient_claims", claims="${btoa(CLAIMS)}"`;
    await using world = await setUp((seen, response, count) => {
      if (count === 1) challenging(401, claims)(seen, response, count);
    });
    expect((await world.authFetch(world.server.url)).status).toBe(200);
    expect(world.source.asks[1]).toMatchObject({ rejected: 't1', claims: CLAIMS });
  });

  test('claims of any other error are not passed on', async () => {
    await using world = await setUp(
      challenging(401, `Bearer error="invalid_token", claims="${btoa(CLAIMS)}"`),
    );
    await world.authFetch(world.server.url);
    expect(world.source.asks[1]?.claims).toBeUndefined();
  });

  test('a 401 from where a redirect led says nothing of our token', async () => {
    await using elsewhere = await recordingServer(only('t2'));
    await using world = await setUp((_seen, response) => {
      response.statusCode = 302;
      response.setHeader('location', elsewhere.url);
    });
    expect((await world.authFetch(world.server.url)).status).toBe(401);
    expect(elsewhere.authorizations).toEqual([undefined]);
    expect(rejections(world.source)).toEqual([undefined]);
    expect(world.events).toEqual([]);
  });

  test('a 401 from where a redirect led on the same server is about our token', async () => {
    await using world = await setUp(({ path, authorization }, response) => {
      response.statusCode = path === '/' ? 302 : authorization === 'Bearer t2' ? 200 : 401;
      response.setHeader('location', '/there');
    });
    expect((await world.authFetch(world.server.url)).status).toBe(200);
    expect(world.server.authorizations).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2', 'Bearer t2']);
  });
});

describe('a redirect', () => {
  const redirecting: Answer = ({ path, authorization }, response) => {
    response.statusCode = path === '/' ? 308 : authorization === 'Bearer t2' ? 200 : 401;
    response.setHeader('location', '/there');
  };

  test.each(['POST', 'PATCH', 'LOCK'])(
    '%s is not replayed: what redirected it may have acted',
    async (method) => {
      await using world = await setUp(redirecting);
      const response = await world.authFetch(world.server.url, { method, body: 'once' });
      expect([response.status, world.server.seen.length]).toEqual([401, 2]);
      expect(world.events.map(({ type }) => type)).toEqual(['rejected']);
      expect(rejections(world.source)).toEqual([undefined, 't1']);
      expect((await world.authFetch(world.server.url)).status).toBe(200);
    },
  );

  test.each(['PUT', 'DELETE', 'get'])('%s is replayed: twice is as good as once', async (method) => {
    await using world = await setUp(redirecting);
    expect((await world.authFetch(world.server.url, { method })).status).toBe(200);
    expect(world.server.authorizations).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2', 'Bearer t2']);
  });
});

const refuseThenHang: Answer = (seen, response, count) => {
  (count === 1 ? only('t2') : hang)(seen, response, count);
};

describe('an abort reaches the caller with its own reason', () => {
  const reason = new Error('enough');

  test('before the call: nothing is asked for', async () => {
    await using world = await setUp(only('t1'));
    const signal = AbortSignal.abort(reason);
    await expect(world.authFetch(world.server.url, { signal })).rejects.toBe(reason);
    expect(world.server.seen).toEqual([]);
  });

  test.each<[string, (url: string, signal: AbortSignal) => [string | Request, AuthFetchInit?]]>([
    ['the init', (url, signal) => [url, { signal }]],
    ['the Request', (url, signal) => [new Request(url, { signal })]],
  ])('of %s, while the token is waited for: nothing is sent', async (_name, call) => {
    await using world = await setUp(only('t1'));
    const { promise, open } = gate();
    world.source.gate = promise;
    const controller = new AbortController();
    const pending = world.authFetch(...call(world.server.url, controller.signal));
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    open();
    expect(world.server.seen).toEqual([]);
  });

  test.each<[string, Answer, number]>([
    ['while it is sent', hang, 1],
    ['while it is sent again', refuseThenHang, 2],
  ])('%s', async (_name, answer, requests) => {
    const controller = new AbortController();
    await using world = await setUp((seen, response, count) => {
      answer(seen, response, count);
      if (count === requests) controller.abort(reason);
    });
    const { signal } = controller;
    await expect(world.authFetch(world.server.url, { signal })).rejects.toBe(reason);
    expect(world.server.seen).toHaveLength(requests);
  });

  test('while the token is renewed: nothing is replayed', async () => {
    const controller = new AbortController();
    await using world = await setUp(only('t2'));
    const { source, server } = world;
    const renewing = gate();
    const getToken = source.getToken.bind(source);
    source.getToken = async (ask) => {
      if (ask?.rejected === undefined) return getToken(ask);
      controller.abort(reason);
      await renewing.promise;
      return getToken(ask);
    };
    await expect(world.authFetch(server.url, { signal: controller.signal })).rejects.toBe(reason);
    renewing.open();
    expect(server.authorizations).toEqual(['Bearer t1']);
  });

  test('while isRejected thinks about it', async () => {
    const controller = new AbortController();
    const isRejected = () => {
      controller.abort(reason);
      return new Promise<boolean>(() => undefined);
    };
    await using world = await setUp(only('none'), { isRejected });
    const { signal } = controller;
    await expect(world.authFetch(world.server.url, { signal })).rejects.toBe(reason);
  });

  test('signal: null takes the place of the one in a Request', async () => {
    await using world = await setUp(only('t1'));
    const request = new Request(world.server.url, { signal: AbortSignal.abort(reason) });
    expect((await world.authFetch(request, { signal: null })).status).toBe(200);
  });
});
