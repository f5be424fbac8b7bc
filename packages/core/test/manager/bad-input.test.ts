import { createTokenManager, type SignOutOptions, staticTokenSource, type TokenAsk } from '@everbearer/core';
import { defineBackend, type TokenSet } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { expectRefusal, MARK } from '../support/expect-refusal.ts';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

describe('what a signed-in manager is asked wrongly costs nothing', () => {
  async function signedIn() {
    const server = strictServer();
    const store = sharedStore();
    const manager = createTokenManager({ provider: server.provider, backend: store.backend });
    await manager.signIn(server.signIn());
    return { server, store, manager, before: store.text };
  }

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'tokens'],
    ['null', null, 'tokens'],
    ['a text', MARK, 'tokens'],
    ['no token', {}, 'tokens'],
    ['tokens by their names on the wire', { access_token: MARK, refresh_token: MARK }, 'tokens'],
    ['a refresh token by its name on the wire', { refresh_token: MARK }, 'tokens'],
    ['a life in seconds', { accessToken: 'at', refreshToken: 'rt', expires_in: 3600 }, 'tokens.expires_in'],
    [
      'an end in seconds',
      { accessToken: 'at', refreshToken: 'rt', expiresAt: 1_800_000_000 },
      'tokens.expiresAt',
    ],
    ['a member of another name', { accessToken: 'at', scope: 'read' }, 'tokens.scope'],
    ['an access token of another type alone', { accessToken: MARK, tokenType: 'DPoP' }, 'tokens.accessToken'],
    ['an empty access token alone', { accessToken: '' }, 'tokens'],
    ['an access token that is a number alone', { accessToken: 5 }, 'tokens'],
    ['a refresh token with a line break alone', { refreshToken: `${MARK}\r\n` }, 'tokens'],
    ['an access token with a space', { accessToken: `${MARK} x`, refreshToken: 'rt' }, 'tokens.accessToken'],
    [
      'an access token with a line break',
      { accessToken: `${MARK}\n`, refreshToken: 'rt' },
      'tokens.accessToken',
    ],
    [
      'an access token of 17 KiB',
      { accessToken: MARK.repeat(1_500), refreshToken: 'rt' },
      'tokens.accessToken',
    ],
    [
      'an access token of another type',
      { accessToken: MARK, refreshToken: 'rt', tokenType: 'DPoP' },
      'tokens.accessToken',
    ],
    [
      'a refresh token with a line break',
      { accessToken: 'at', refreshToken: `${MARK}\n` },
      'tokens.refreshToken',
    ],
    [
      'an end as text',
      { accessToken: 'at', refreshToken: 'rt', expiresAt: '2030-01-01' },
      'tokens.expiresAt',
    ],
    ['scopes as text', { accessToken: 'at', scopes: 'a b' }, 'tokens.scopes'],
    ['scopes of mixed kind', { accessToken: 'at', scopes: ['a', 5] }, 'tokens.scopes'],
    ['a user that is a text', { accessToken: 'at', user: MARK }, 'tokens.user'],
    ['a user that is null', { accessToken: 'at', user: null }, 'tokens.user'],
    ['a misspelt username', { accessToken: 'at', user: { usrname: MARK } }, 'tokens.user.usrname'],
    ['a username that is a number', { accessToken: 'at', user: { username: 5 } }, 'tokens.user.username'],
    [
      'an end that is no number',
      { accessToken: 'at', refreshToken: 'rt', expiresAt: Number.NaN },
      'tokens.expiresAt',
    ],
  ])('signIn with %s', async (_name, tokens, option) => {
    const { manager, store, before } = await signedIn();
    await expectRefusal(() => manager.signIn(tokens as TokenSet), option);
    expect(store.text).toBe(before);
    expect((await manager.getToken()).token).toBe('at-2');
  });

  test('a token that is signed in when it has ended already is renewed before it is used', async () => {
    const { manager, server } = await signedIn();
    await manager.signIn({ ...server.signIn(), accessToken: 'ended', expiresAt: Date.now() - 1 });
    expect((await manager.getToken()).token).not.toBe('ended');
    expect(server.counts.refreshes).toBe(1);
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'ask'],
    ['a part of another name', { scope: 'Mail.Read' }, 'scope'],
    ['a part that is misspelt', { minLife: 5 }, 'minLife'],
    ['a text', 'Mail.Read', 'ask'],
    ['scopes as text', { scopes: 'Mail.Read' }, 'scopes'],
    ['scopes of mixed kind', { scopes: ['Mail.Read', 5] }, 'scopes'],
    ['an empty scope', { scopes: [''] }, 'scopes'],
    ['scopes of 5,000 characters', { scopes: [MARK.repeat(420)] }, 'scopes'],
    ['a rejected token that is an object', { rejected: { token: MARK } }, 'rejected'],
    ['claims that are no JSON', { claims: MARK }, 'claims'],
    ['claims as base64', { claims: btoa(`{"a":"${MARK}"}`) }, 'claims'],
    ['claims as a list', { claims: `["${MARK}"]` }, 'claims'],
    ['claims as an object', { claims: { a: MARK } }, 'claims'],
    ['a negative life', { minLifeMs: -1 }, 'minLifeMs'],
    ['a life as text', { minLifeMs: '60000' }, 'minLifeMs'],
    ['a life that is no number', { minLifeMs: Number.NaN }, 'minLifeMs'],
    ['a signal that is none', { signal: MARK }, 'signal'],
    ['a controller for a signal', { signal: new AbortController() }, 'signal'],
  ])('getToken and renew with %s', async (_name, ask, option) => {
    const { manager, server } = await signedIn();
    await expectRefusal(() => manager.getToken(ask as TokenAsk), option);
    await expectRefusal(() => manager.renew(ask as TokenAsk), option);
    expect(server.counts.requests).toBe(0);
    expect((await manager.getToken()).token).toBe('at-2');
  });

  test.each([null, 'Mail.Read', ['Mail.Read']])('peek with %j', async (ask) => {
    const { manager } = await signedIn();
    await expectRefusal(async () => manager.peek(ask as TokenAsk), 'ask');
    expect(manager.peek()?.token).toBe('at-2');
  });

  test('a name on the wire brings up the name here', async () => {
    const { manager } = await signedIn();
    const wire = { access_token: MARK } as TokenSet;
    await expect(manager.signIn(wire)).rejects.toThrow('Pass fromTokenResponse(tokens)');
    const lived = { refreshToken: 'rt', expires_in: 3600 } as TokenSet;
    await expect(manager.signIn(lived)).rejects.toThrow('Did you mean `tokens.expiresAt`?');
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'options'],
    ['a revocation as text', { revoke: 'yes' }, 'revoke'],
    ['an option of another name', { revoked: true }, 'revoked'],
  ])('signOut with %s', async (_name, options, option) => {
    const { manager, store, before } = await signedIn();
    await expectRefusal(() => manager.signOut(options as SignOutOptions), option);
    expect(store.text).toBe(before);
  });

  test('signOut with a revocation the provider cannot do', async () => {
    const { manager, store, before } = await signedIn();
    await expectRefusal(() => manager.signOut({ revoke: true }), 'revoke');
    expect(store.text).toBe(before);
  });
});

describe('defineBackend and staticTokenSource', () => {
  const load = () => undefined;
  const save = () => undefined;

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'load'],
    ['null', null, 'load'],
    ['no load', { save, singleProcess: true }, 'load'],
    ['a load that is a text', { load: MARK, save, singleProcess: true }, 'load'],
    ['no save', { load, singleProcess: true }, 'save'],
    ['a save that is a text', { load, save: MARK, singleProcess: true }, 'save'],
    ['a save without a promise of one writer', { load, save }, 'singleProcess'],
    ['a promise of one writer that is a text', { load, save, singleProcess: 'yes' }, 'singleProcess'],
    ['durable as text', { load, save, singleProcess: true, durable: 'no' }, 'durable'],
    ['a location that is an object', { load, save, singleProcess: true, location: { MARK } }, 'location'],
    ['a list that is one', { load, compareAndSave: () => true, list: [MARK] }, 'list'],
    [
      'a deletion that is a text',
      { load, compareAndSave: () => true, compareAndDelete: MARK },
      'compareAndDelete',
    ],
    ['a misspelt save', { load, compareAndSaves: () => true }, 'compareAndSaves'],
    ['a misspelt list', { load, compareAndSave: () => true, lists: () => [] }, 'lists'],
    ['a misspelt promise', { load, save, singelProcess: true }, 'singelProcess'],
    ['a misspelt durable that is a number', { load, save, singleProcess: true, durabl: 1 }, 'durabl'],
    ['a misspelt durable', { load, save, singleProcess: true, durabel: false }, 'durabel'],
    ['a misspelt location', { load, save, singleProcess: true, Location: MARK }, 'Location'],
    ['a function that it does not know', { load, compareAndSave: () => true, vacuum: load }, 'vacuum'],
  ])('defineBackend with %s', async (_name, functions, option) => {
    await expectRefusal(() => defineBackend(functions as Parameters<typeof defineBackend>[0]), option);
  });

  test('defineBackend names what a misspelt function was meant for', () => {
    const functions = { load, compareAndSaves: () => true } as unknown as Parameters<typeof defineBackend>[0];
    expect(() => defineBackend(functions)).toThrow('Did you mean `compareAndSave`?');
  });

  test.each<[string, object, string]>([
    ['a load that gives an object', { load: () => ({ MARK }), compareAndSave: () => true }, 'load'],
    ['a save that does not say whether it did', { load, compareAndSave: () => undefined }, 'compareAndSave'],
    ['a save that tells how many rows it changed', { load, compareAndSave: () => 1 }, 'compareAndSave'],
  ])('%s is found at the first use, by name', async (_name, functions, option) => {
    const faulty = defineBackend(functions as Parameters<typeof defineBackend>[0]);
    const manager = createTokenManager({ provider: strictServer().provider, backend: faulty });
    await expectRefusal(() => manager.signIn({ refreshToken: MARK }), option);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['an object that holds none', { value: MARK }],
    ['an empty one', ''],
    ['one with a line break', `${MARK}\n`],
    ['one with a space', `Bearer ${MARK}`],
    ['one of 17 KiB', MARK.repeat(1_500)],
  ])('staticTokenSource with a token that is %s', async (_name, token) => {
    await expectRefusal(() => staticTokenSource(token as string), 'token');
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'ask'],
    ['a text', MARK, 'ask'],
    ['a part of another name', { scope: MARK }, 'scope'],
  ])('getToken of a static source with %s', async (_name, ask, option) => {
    await expectRefusal(() => staticTokenSource('at').getToken(ask as TokenAsk), option);
  });
});
