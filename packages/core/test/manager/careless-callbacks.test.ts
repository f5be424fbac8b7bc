import { runInNewContext } from 'node:vm';
import {
  type AuthEvent,
  type Clock,
  createAccounts,
  createTokenManager,
  seedFrom,
  type TokenManagerOptions,
} from '@everbearer/core';
import type { TokenBackend, TokenProvider } from '@everbearer/core/contract';
import { unheardRejections } from '@everbearer/far-end/support/unheard-rejections';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

/** What a careless function does when it is called. */
const CARELESS: [string, () => unknown][] = [
  ['throws', () => JSON.parse('{')],
  ['throws nothing at all', () => toss(undefined)],
  ['throws a text', () => toss('text')],
  ['rejects', async () => JSON.parse('{')],
  ['rejects with nothing', () => Promise.reject()],
  ['rejects in another realm', () => runInNewContext('Promise.reject(new Error("elsewhere"))')],
  [
    'returns what only looks like a promise, and rejects',
    () =>
      Object.defineProperty({}, 'then', {
        value: (_kept: unknown, fail: (why: unknown) => void) => fail('text'),
      }),
  ],
  ['returns what cannot be looked at', () => Object.defineProperty({}, 'then', { get: () => toss('text') })],
  ['returns nothing', () => undefined],
  ['returns null', () => null],
  ['returns a number', () => 5],
];

function toss(value: unknown): never {
  throw value;
}

/** All that a manager does in a life. */
async function life(changes: Partial<TokenManagerOptions> & { store?: Partial<TokenBackend> }) {
  using unheard = unheardRejections();
  const server = strictServer();
  const warnings: string[] = [];
  const { store, ...options } = changes;
  const manager = createTokenManager({
    provider: server.provider,
    backend: { ...sharedStore().backend, ...store },
    onEvent: (event) => void (event.type === 'warning' && warnings.push(`${event.code}: ${event.message}`)),
    ...options,
  });
  await manager.signIn(server.signIn());
  const first = await manager.getToken();
  expect((await manager.renew()).token).not.toBe(first.token);
  expect((await manager.status()).state).toBe('valid');
  await manager.close();
  expect(await unheard.soFar()).toEqual([]);
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
  return warnings;
}

describe.each(CARELESS)('a function that %s', (_name, careless) => {
  test('as watch of the backend', async () => {
    const warnings = await life({ store: { watch: careless as TokenBackend['watch'] } });
    expect(warnings).toEqual([expect.stringMatching(/^watch_failed: `watch` of the backend /)]);
  });

  test('as watch of the seed', async () => {
    const seed = seedFrom({ ...seedOf(undefined).backend, watch: careless as TokenBackend['watch'] });
    expect(await life({ seed })).toEqual([expect.stringMatching(/^watch_failed: `watch` of the seed /)]);
  });

  test('as what ends a watch', async () => {
    const watch = (() => careless) as TokenBackend['watch'];
    for (const each of await life({ store: { watch } })) expect(each).toMatch(/^watch_failed/);
  });

  test('as what ends a watch, promised', async () => {
    const watch = (async () => careless) as unknown as TokenBackend['watch'];
    for (const each of await life({ store: { watch } })) expect(each).toMatch(/^watch_failed/);
  });

  test('as onEvent', async () => {
    let calls = 0;
    await life({
      onEvent: () => {
        calls++;
        return careless() as undefined;
      },
    });
    expect(calls).toBeGreaterThan(2);
  });

  test('as warnings of the backend', async () => {
    using unheard = unheardRejections();
    const warnings = careless as unknown as NonNullable<TokenBackend['warnings']>;
    const backend = { ...sharedStore().backend, warnings };
    await using manager = createTokenManager({ provider: strictServer().provider, backend });
    const told = (await manager.status()).warnings;
    expect(told.every((sentence) => /^`warnings` of the backend failed/.test(sentence))).toBe(true);
    expect(await unheard.soFar()).toEqual([]);
  });

  test('as load of the backend', async () => {
    using unheard = unheardRejections();
    const load = careless as unknown as TokenBackend['load'];
    const { provider } = strictServer();
    const backend = { ...sharedStore().backend, load };
    // A store that fails is asked again for so long.
    await using manager = createTokenManager({ provider, backend, timing: { maxWaitMs: 50 } });
    const error = await manager.getToken().catch((reason: unknown) => reason);
    expect(['TokenBackendError', 'ReauthorizationRequiredError']).toContain((error as Error).name);
    expect(await unheard.soFar()).toEqual([]);
  });

  test('as isHolderAlive', async () => {
    await life({ store: { isHolderAlive: careless as () => boolean } });
  });

  test('as chance', async () => {
    await life({ clock: { ...systemClock, random: careless as () => number } });
  });

  test.each(['now', 'monotonic', 'sleep'] as const)(
    'as %s of the clock, from some moment on',
    async (part) => {
      let calls = 0;
      const failing = { ...systemClock, [part]: (...given: never[]) => sometimes(...given) } as Clock;
      const sometimes = (...given: never[]) =>
        ++calls > 3 ? careless() : (systemClock[part] as (...all: never[]) => unknown)(...given);
      for (const each of await life({ clock: failing })) expect(each).toMatch(/^clock_failed/);
    },
  );

  test('as refresh of the provider', async () => {
    using unheard = unheardRejections();
    const { provider, signIn } = strictServer();
    const { backend } = sharedStore();
    const refresh = careless as unknown as NonNullable<TokenProvider['refresh']>;
    // What comes of it is told at once, and not after a wait for another try.
    const timing = { maxWaitMs: 0 };
    await using manager = createTokenManager({ provider: { ...provider, refresh }, backend, timing });
    await manager.signIn({ refreshToken: signIn().refreshToken });
    const error = await manager.getToken().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TokenEndpointError' });
    expect(await unheard.soFar()).toEqual([]);
  });

  test('as revoke of the provider', async () => {
    using unheard = unheardRejections();
    const { provider, signIn } = strictServer();
    const revoke = careless as unknown as NonNullable<TokenProvider['revoke']>;
    const backend = sharedStore().backend;
    await using manager = createTokenManager({ provider: { ...provider, revoke }, backend });
    await manager.signIn(signIn());
    const error = await manager.signOut({ revoke: true }).catch((reason: unknown) => reason);
    if (error !== undefined) expect(error).toMatchObject({ name: 'TokenEndpointError' });
    expect(manager.state).toBe('signed_out');
    expect(await unheard.soFar()).toEqual([]);
  });

  test('as load of a seed', async () => {
    using unheard = unheardRejections();
    const { provider } = strictServer();
    const load = careless as unknown as TokenBackend['load'];
    const seed = seedFrom({ ...seedOf(undefined).backend, load });
    await using manager = createTokenManager({ provider, backend: sharedStore().backend, seed });
    const error = await manager.getToken().catch((reason: unknown) => reason);
    expect(['TokenBackendError', 'ReauthorizationRequiredError']).toContain((error as Error).name);
    expect(await unheard.soFar()).toEqual([]);
  });
});

test('what ends a watch is called once, however late the watch tells it', async () => {
  for (const end of [() => undefined, async () => undefined]) {
    let ended = 0;
    const stop = () => {
      ended++;
      return end();
    };
    await life({ store: { watch: () => stop as () => void } });
    await life({ store: { watch: (async () => stop) as unknown as TokenBackend['watch'] } });
    expect(ended).toBe(2);
  }
});

test('a hint in the middle of watch(), and hints after the end, do nothing', async () => {
  using unheard = unheardRejections();
  const hints: (() => void)[] = [];
  await life({
    store: {
      watch(_key, hint) {
        hints.push(hint);
        hint();
        return () => undefined;
      },
    },
  });
  for (const hint of hints) hint();
  expect(await unheard.soFar()).toEqual([]);
});

test('a watch that fails for a hundred accounts is one warning, about none of them', async () => {
  const warnings: AuthEvent[] = [];
  const server = strictServer();
  const accounts = createAccounts({
    provider: server.provider,
    backend: { ...sharedStore().backend, watch: () => toss('text') },
    onEvent: (event) => void (event.type === 'warning' && warnings.push(event)),
  });
  for (let n = 0; n < 100; n++) await accounts.for(`a-${n}`).signIn(server.signIn());
  await accounts.close();
  expect(warnings).toMatchObject([{ code: 'watch_failed', account: undefined }]);
});

test('a listener may close the manager that it listens to', async () => {
  const server = strictServer();
  const manager = createTokenManager({
    provider: server.provider,
    backend: sharedStore().backend,
    onEvent: () => manager.close() as unknown as undefined,
  });
  await manager.signIn(server.signIn());
  await manager.close();
  expect(manager.state).toBe('closed');
});

test('a revocation that never ends ends with its request', async () => {
  const { provider, signIn } = strictServer();
  const revoke = () => new Promise<never>(() => undefined);
  const timing = { requestTimeoutMs: 20 };
  const backend = sharedStore().backend;
  await using manager = createTokenManager({ provider: { ...provider, revoke }, backend, timing });
  await manager.signIn(signIn());
  const ended = manager.signOut({ revoke: true });
  const awake = setTimeout(() => undefined, 1_000);
  await expect(ended).rejects.toMatchObject({ name: 'TokenEndpointError' });
  clearTimeout(awake);
  expect(manager.state).toBe('signed_out');
});
