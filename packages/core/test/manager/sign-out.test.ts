import { type AuthEvent, createTokenManager, TokenBackendError } from '@everbearer/core';
import type { SaveOptions, TokenBackend, TokenSet } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { HOUR, sharedWorld as world } from '../support/shared-world.ts';

/** What each save was asked to erase, and the state that it stored. */
function watched(backend: TokenBackend, fails: (options: SaveOptions | undefined) => boolean = () => false) {
  const saves: string[] = [];
  const watching: TokenBackend = {
    ...backend,
    async save(key, data, expected, options) {
      const { state } = JSON.parse(data) as { state: string };
      saves.push(options?.eraseOlder ? `${state}, alone` : state);
      const version = await backend.save(key, data, expected, options);
      if (fails(options))
        throw new TokenBackendError({ code: 'not_writable', message: 'Something is left.' });
      return version;
    },
  };
  return { backend: watching, saves };
}

test('a sign-in and a sign-out ask the store to erase what is older; a renewal does not', async () => {
  const { clock, server, store, process, ask } = world();
  const { backend, saves } = watched(store.backend);
  const manager = process({ backend });
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  await ask(manager);
  await manager.signOut();
  expect(saves).toEqual(['active, alone', 'active', 'active', 'signed_out, alone']);
});

test('a tombstone that is put back erases as well', async () => {
  const { server, store, process } = world();
  const { backend, saves } = watched(store.backend);
  const manager = process({ backend });
  await manager.signIn(server.signIn());
  const rollBack = store.snapshot();
  await manager.signOut();
  rollBack();
  for (let look = 0; look < 3; look++) await manager.status();
  expect(saves.slice(1)).toEqual(['signed_out, alone', 'signed_out, alone']);
});

test('a sign-out that could not erase is tried once more', async () => {
  const { server, store, process } = world();
  let failures = 0;
  const { backend, saves } = watched(
    store.backend,
    (options) => options?.eraseOlder === true && failures-- > 0,
  );
  const manager = process({ backend });
  await manager.signIn(server.signIn());
  failures = 1;
  await manager.signOut();
  expect(saves).toEqual(['active, alone', 'signed_out, alone', 'signed_out, alone']);
});

test('a sign-out that cannot erase stands, revokes, and says so', async () => {
  const { clock, server, store, events } = world();
  const { backend } = watched(store.backend, (options) => options?.eraseOlder === true);
  const revoked: (string | undefined)[] = [];
  const provider = {
    ...server.provider,
    revoke: async ({ refreshToken }: TokenSet) => void revoked.push(refreshToken),
  };
  const onEvent = (event: AuthEvent) => void events.push(event);
  const manager = createTokenManager({ provider, backend, clock, onEvent });
  // What a sign-in leaves behind is erased by the next look: the session is there, and that is what was asked for.
  await manager.signIn(server.signIn());
  await expect(manager.signOut({ revoke: true })).rejects.toMatchObject({ code: 'not_writable' });
  expect(manager.state).toBe('signed_out');
  expect(revoked).toEqual(['rt-2']);
  expect(events.map(({ type }) => type)).toEqual(['signed_in', 'signed_out']);
});

test('a sign-out that is not stored changes nothing', async () => {
  const { server, store, process, count } = world();
  let broken = false;
  const backend: TokenBackend = {
    ...store.backend,
    async save(...given) {
      if (broken) throw new TokenBackendError({ code: 'full', message: 'The disk is full.' });
      return store.backend.save(...given);
    },
  };
  const manager = process({ backend });
  await manager.signIn(server.signIn());
  broken = true;
  await expect(manager.signOut()).rejects.toMatchObject({ code: 'full' });
  expect([manager.state, count('signed_out')]).toEqual(['valid', 0]);
});

test('a sign-out revokes the newest refresh token that is known, not the spent one of a store that went back', async () => {
  const { clock, server, store, ask } = world();
  const revoked: (string | undefined)[] = [];
  const provider = {
    ...server.provider,
    revoke: async ({ refreshToken }: TokenSet) => void revoked.push(refreshToken),
  };
  const manager = createTokenManager({ provider, backend: store.backend, clock });
  await manager.signIn(server.signIn());
  const rollBack = store.snapshot();
  await clock.advance(HOUR);
  await ask(manager);
  rollBack();
  await manager.signOut({ revoke: true });
  expect(revoked).toEqual(['rt-3']);
});

test('a sign-out revokes the access tokens of every scope', async () => {
  const { clock, server, store } = world();
  const revoked: TokenSet[] = [];
  const provider = { ...server.provider, revoke: async (tokens: TokenSet) => void revoked.push(tokens) };
  const manager = createTokenManager({ provider, backend: store.backend, clock });
  await manager.signIn(server.signIn());
  await manager.getToken({ scopes: ['other'] });
  await manager.signOut({ revoke: true });
  expect(revoked).toEqual([{ refreshToken: 'rt-3', accessToken: 'at-2' }, { accessToken: 'at-3' }]);
});
