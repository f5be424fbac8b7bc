import { AccessToken, createAuthFetch, TokenEndpointError, type TokenManager } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { recordingServer } from '@everbearer/far-end/support/recording-server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { seedOf } from '../support/shared-store.ts';
import {
  CANARY,
  clientError,
  failing,
  issue,
  lookAt,
  type Refresh,
  renewing,
  type Suspect,
  suspect,
} from '../support/suspect.ts';

const throwing = (error: unknown) => () => Promise.reject(error);

/** Through the HTTP edge: a call per way in, against a server that refuses the first token. */
async function calling(
  source: Pick<TokenManager, 'getToken'>,
  { note, attempt }: Suspect,
  headers: string[],
) {
  await using server = await recordingServer(({ authorization }, response, count) => {
    headers.push(authorization ?? '');
    response.statusCode = count === 1 ? 401 : 200;
  });
  const authFetch = createAuthFetch(source, { origins: [server.url], onEvent: note });
  note(authFetch);
  await attempt(() => authFetch(server.url));
  await attempt(() => authFetch('https://foreign.example/'));
  await attempt(() => authFetch(server.url, { auth: { account: 'x' } }));
  await attempt(() => authFetch(server.url, { signal: AbortSignal.abort(new Error('left')) }));
  await attempt(() => authFetch('http://127.0.0.1:1/'));
  const closed = createAuthFetch(source, { origins: ['http://127.0.0.1:1'], onEvent: note });
  await attempt(() => closed('http://127.0.0.1:1/'));
}

const headers: string[] = [];
const quoting = { code: 'invalid_grant', status: 400, description: `AADSTS1: ${CANARY}-rt is spent` };
const described: Refresh = (refreshToken) =>
  Promise.reject(new TokenEndpointError({ ...quoting, description: `the token ${refreshToken} is spent` }));
const malformed = (text: string) => ({ getToken: async () => ({ token: text }) as AccessToken });

const SCENES: Record<string, () => Promise<Suspect>> = {
  'a life without trouble': () => renewing(issue),
  'a refusal that quotes the token, taken out by the provider': () =>
    renewing(throwing(new TokenEndpointError({ ...quoting, secrets: [`${CANARY}-rt`] }))),
  'a refusal that quotes the token, left in by the provider': () => renewing(described),
  'a client that throws its request': () => renewing(throwing(clientError(CANARY))),
  'a client whose error bears a name of ours': () =>
    renewing(
      throwing(clientError(CANARY, { name: 'TokenEndpointError', code: 'invalid_grant', status: 400 })),
    ),
  'a refusal caused by a client error': () =>
    renewing(throwing(new TokenEndpointError({ code: 'invalid_client', cause: clientError(CANARY) }))),
  'a client that throws a text': () => renewing(throwing(`refused ${CANARY}`)),
  'a client that throws an object': () => renewing(throwing({ config: { token: CANARY } })),
  'a reply with a malformed access token': () => renewing(() => ({ ...issue(), accessToken: `${CANARY} x` })),
  'a reply with malformed tokens': () =>
    renewing(() => ({ accessToken: `${CANARY}\n`, refreshToken: `${CANARY}\n` })),
  'a reply of another type': () => renewing(() => ({ ...issue(), tokenType: `${CANARY}` })),
  'a reply that is a text': () => renewing(() => `{"access_token":"${CANARY}"`),
  'a store that quotes what it was given': () =>
    renewing(
      issue,
      failing((data) => clientError(data)),
    ),
  'a store whose errors bear a name of ours': () =>
    renewing(
      issue,
      failing((data) => clientError(data, { name: 'TokenBackendError', code: 'unavailable' })),
    ),
  'a store that throws a text': () =>
    renewing(
      issue,
      failing((data) => data),
    ),
  'a store that throws many errors': () =>
    renewing(
      issue,
      failing((data) => new AggregateError([clientError(data)], data)),
    ),
  'a damaged record': async () => {
    const world = suspect();
    await world.manager.signIn(issue());
    const half = (world.store.text ?? '').slice(0, -20);
    const { load } = world.store.backend;
    world.store.backend.load = async (key) => ({ version: half, ...(await load(key)), data: half });
    await lookAt({ ...world, manager: suspect(issue, { backend: world.store.backend }).manager });
    await world.attempt(() => world.manager.renew());
    return world;
  },
  'a sign-out whose revocation fails': async () => {
    const world = await renewing(issue);
    await world.attempt(() => world.manager.signOut({ revoke: true }));
    await lookAt(world);
    return world;
  },
  'bad input that holds tokens': async () => {
    const world = suspect();
    const signIn = (tokens: unknown) => world.attempt(() => world.manager.signIn(tokens as TokenSet));
    await signIn(CANARY);
    await signIn({ accessToken: `${CANARY} x` });
    await signIn({ accessToken: CANARY, refreshToken: `${CANARY}\r\n` });
    await world.attempt(() => world.manager.getToken({ claims: CANARY }));
    await world.attempt(async () => new AccessToken({ token: `${CANARY}\n` }));
    return world;
  },
  'a seed that cannot be read': async () => {
    const world = suspect(issue, { seed: seedOf(`{"refresh_token":"${CANARY}`).seed });
    await lookAt(world);
    return world;
  },
  'a caller that leaves': async () => {
    const world = suspect(() => new Promise(() => undefined));
    await world.manager.signIn(issue());
    const controller = new AbortController();
    const leaving = world.attempt(() => world.manager.renew({ signal: controller.signal }));
    controller.abort();
    await leaving;
    await lookAt(world);
    return world;
  },
  'calls through fetch': async () => {
    const world = await renewing(issue);
    await calling(world.manager, world, headers);
    return world;
  },
  'calls with a refused token': async () => {
    const world = await renewing(throwing(clientError(CANARY)));
    await calling(world.manager, world, headers);
    return world;
  },
  'calls with malformed tokens': async () => {
    const world = suspect();
    for (const text of [`${CANARY}\r\nx: y`, `${CANARY} x`, `${CANARY}é`, CANARY.repeat(2_000)]) {
      await calling(malformed(text), world, headers);
    }
    return world;
  },
};

const output: unknown[] = [];
const suspects = new Map<string, Suspect>();
const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const onWarning = (warning: Error) => void output.push(warning);

beforeAll(async () => {
  for (const method of methods)
    vi.spyOn(console, method).mockImplementation((...said) => void output.push(said));
  process.on('warning', onWarning);
  const scenes = Object.entries(SCENES).map(async ([name, scene]) => suspects.set(name, await scene()));
  await Promise.all(scenes);
  vi.restoreAllMocks();
}, 30_000);

afterAll(() => void process.off('warning', onWarning));

test.each(Object.keys(SCENES))('%s shows no token', (name) => {
  const { evidence } = suspects.get(name) as Suspect;
  expect(evidence.length).toBeGreaterThan(3);
  expect(evidence.filter((shown) => shown.includes(CANARY))).toEqual([]);
});

test('nothing reaches the console', () => expect(output).toEqual([]));

test('the store and the servers did see tokens', () => {
  expect(suspects.get('a life without trouble')?.store.text).toContain(`${CANARY}-rt-`);
  expect(headers.filter((header) => header.startsWith(`Bearer ${CANARY}-at-`)).length).toBeGreaterThan(1);
  expect(headers.filter((header) => /[^\x20-\x7e]/.test(header))).toEqual([]);
});
