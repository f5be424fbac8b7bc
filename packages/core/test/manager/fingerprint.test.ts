import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import {
  type AuthEvent,
  createAccounts,
  createAuthFetch,
  createTokenManager,
  type TokenFingerprint,
  type TokenManagerOptions,
} from '@everbearer/core';
import { unheardRejections } from '@everbearer/far-end/support/unheard-rejections';
import { expect, test } from 'vitest';
import { expectRefusal } from '../support/expect-refusal.ts';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

const ORIGIN = 'https://api.example';

const markOf: TokenFingerprint = (token) =>
  createHash('sha256').update(`a key of this test ${token}`).digest('hex').slice(0, 8);

/** Managers over one store and one server, with the events of each. */
function world(fingerprint: unknown = markOf) {
  const server = strictServer();
  const { backend } = sharedStore();
  const open = (more: Partial<TokenManagerOptions> = {}) => {
    const events: AuthEvent[] = [];
    const onEvent = (event: AuthEvent) => void events.push(event);
    const tokens = createTokenManager({
      provider: server.provider,
      backend,
      onEvent,
      fingerprint: fingerprint as TokenFingerprint,
      ...more,
    });
    const marks = () => events.map(({ type, fingerprint: mark }) => [type, mark]);
    return { tokens, onEvent, events, marks };
  };
  return { server, backend, open };
}

test('each event about one token names it: the one that came, and the one that was rejected', async () => {
  const { server, open } = world();
  const { tokens, onEvent, marks } = open();
  await tokens.signIn(server.signIn());
  const first = markOf((await tokens.getToken()).token);
  const statuses = [401, 200, 401];
  const fetch = async () => new Response(null, { status: statuses.shift() ?? 200 });
  const authFetch = createAuthFetch(tokens, { origins: [ORIGIN], fetch, onEvent });
  await authFetch(ORIGIN);
  const second = markOf((await tokens.getToken()).token);
  // One that came a moment ago, and is rejected as well, is not renewed again.
  await authFetch(ORIGIN);
  expect(marks()).toEqual([
    ['signed_in', first],
    ['renewal_started', undefined],
    ['renewed', second],
    ['replayed', first],
    ['rejected', second],
  ]);
  await tokens.close();
});

test('what one process renewed and another took over has the same name in both', async () => {
  const { server, open } = world();
  const one = open();
  await one.tokens.signIn(server.signIn());
  const two = open();
  const { token: before } = await two.tokens.getToken();
  await one.tokens.renew();
  const { token: after } = await two.tokens.getToken({ rejected: before });
  expect(one.marks().at(-1)).toEqual(['renewed', markOf(after)]);
  expect(two.marks()).toEqual([['adopted', markOf(after)]]);
  await Promise.all([one.tokens.close(), two.tokens.close()]);
});

test('what was adopted is named by the token that came last, whatever scopes it is for', async () => {
  const { server, open } = world();
  const one = open();
  await one.tokens.signIn(server.signIn());
  const two = open();
  await two.tokens.getToken();
  // Of two that came in the same millisecond neither came last.
  const begunAt = Date.now();
  while (Date.now() <= begunAt) await new Promise((resolve) => setTimeout(resolve, 1));
  const { token } = await one.tokens.getToken({ scopes: ['write'] });
  await two.tokens.getToken({ scopes: ['write'] });
  expect(two.marks()).toEqual([['adopted', markOf(token)]]);
});

test('a seed that was imported, and accounts, have it as well', async () => {
  const { server, backend, open } = world();
  const seeded = open({ seed: seedOf(server.signIn().refreshToken).seed });
  const { token } = await seeded.tokens.getToken();
  expect(seeded.marks()).toEqual([
    ['renewal_started', undefined],
    ['signed_in', markOf(token)],
    ['renewed', markOf(token)],
  ]);
  const { onEvent, marks } = open();
  const accounts = createAccounts({ provider: server.provider, backend, fingerprint: markOf });
  await accounts.for('a').signIn(server.signIn());
  const { token: ofAccount } = await accounts.for('a').getToken();
  const fetch = async () => new Response(null, { status: 401 });
  await createAuthFetch(accounts.for('a'), { origins: [ORIGIN], fetch, onEvent })(ORIGIN);
  expect(marks()[0]).toEqual(['replayed', markOf(ofAccount)]);
  await accounts.close();
});

test('without the option no event has one', async () => {
  const { server, open } = world();
  const { tokens, events } = open({ fingerprint: undefined });
  await tokens.signIn(server.signIn());
  await tokens.renew();
  expect(JSON.stringify(events)).not.toContain('fingerprint');
});

const CARELESS: [string, (token: string) => unknown][] = [
  ['throws', () => JSON.parse('{')],
  ['rejects', () => Promise.reject(new Error('later'))],
  ['returns the token', (token) => token],
  ['returns a piece of the token', (token) => token.slice(1)],
  ['returns a long text', (token) => `of the token ${token}`],
  ['returns nothing', () => undefined],
  ['returns an empty text', () => ''],
  ['returns a list', (token) => [token]],
];

test.each(CARELESS)(
  'a function that %s: the event goes without one, and shows no token',
  async (_, careless) => {
    using unheard = unheardRejections();
    const { server, open } = world(careless);
    const { tokens, onEvent, events, marks } = open();
    await tokens.signIn(server.signIn());
    const { token } = await tokens.getToken();
    const statuses = [401];
    const fetch = async () => new Response(null, { status: statuses.shift() ?? 200 });
    expect((await createAuthFetch(tokens, { origins: [ORIGIN], fetch, onEvent })(ORIGIN)).status).toBe(200);
    expect(marks()).toEqual([
      ['signed_in', undefined],
      ['renewal_started', undefined],
      ['renewed', undefined],
      ['replayed', undefined],
    ]);
    expect(inspect(events, { depth: 9 })).not.toContain(token);
    expect(await unheard.soFar()).toEqual([]);
  },
);

test('anything but a function is refused', async () => {
  const { open } = world('a key');
  await expectRefusal(() => open(), 'fingerprint');
});
