import { type AuthEvent, createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenSet } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR = 3_600_000;

/** A server that takes these refresh tokens in turn, each once, and answers anything else with `invalid_grant`. */
function world(replies: readonly unknown[]) {
  const clock = testClock();
  const presented: string[] = [];
  const events: AuthEvent[] = [];
  const store = sharedStore();
  const manager = (seed?: string) =>
    createTokenManager({
      provider: {
        id: 'as',
        profile: { ...STRICT_PROFILE, rotates: true },
        scopes: ['read'],
        async refresh({ refreshToken }) {
          presented.push(refreshToken);
          const reply = { accessToken: `at-${presented.length}`, expiresAt: clock.now() + HOUR };
          return { ...reply, refreshToken: replies[presented.length - 1] } as TokenSet;
        },
      },
      backend: store.backend,
      clock,
      onEvent: (event) => void events.push(event),
      ...(seed !== undefined && { seed: seedOf(seed).seed }),
    });
  return { clock, presented, store, manager, events };
}

const ALLOWED: [string, string][] = [
  ['a space in it', 'one two'],
  ['spaces around it', '  one  '],
  ['nothing but spaces', '   '],
  [
    'every character that the grammar has',
    Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join(''),
  ],
  ['17 KiB', 'x'.repeat(17_408)],
  ['31 KiB', 'x'.repeat(31 * 1024)],
];

/** @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A.17 */
describe('a refresh token that the grammar allows goes everywhere', () => {
  test.each(ALLOWED)('%s: from a sign-in, through the store, to the server', async (_name, token) => {
    const { presented, manager } = world([undefined]);
    await manager().signIn({ refreshToken: token });
    await manager().getToken();
    expect(presented).toEqual([token]);
  });

  test.each(ALLOWED)('%s: from a reply, through the store, to the server', async (_name, token) => {
    const { clock, presented, manager } = world([token, undefined]);
    await manager().signIn({ refreshToken: 'rt-0' });
    await manager().getToken();
    await clock.advance(HOUR);
    await manager().getToken();
    expect(presented).toEqual(['rt-0', token]);
  });

  test.each(ALLOWED)('%s: from a seed', async (_name, token) => {
    const { presented, manager } = world([undefined]);
    await manager(JSON.stringify({ refresh_token: token })).getToken();
    expect(presented).toEqual([token]);
  });
});

const IMPOSSIBLE: [string, unknown, RegExp][] = [
  ['a line break', 'one\ntwo', /line break/],
  ['a character beyond ASCII', 'réfresh', /another character/],
  ['33 KiB', 'x'.repeat(33 * 1024), /longer than 32 KiB/],
  ['an object', { token: 'x' }, /not a string/],
];

describe('one that cannot be kept is an error at once', () => {
  test.each(IMPOSSIBLE)('%s, in a sign-in', async (_name, token, says) => {
    const { store, manager } = world([]);
    const tokens = { accessToken: 'at', refreshToken: token } as TokenSet;
    const signIn = manager().signIn(tokens);
    await expect(signIn).rejects.toMatchObject({ code: 'configuration', option: 'tokens.refreshToken' });
    await expect(signIn).rejects.toThrow(says);
    expect(store.text).toBeUndefined();
  });

  test.each(IMPOSSIBLE)(
    '%s, in a reply: told, and called by its name when the session ends',
    async (_name, token, says) => {
      const { presented, manager, events } = world([token]);
      const first = manager();
      await first.signIn({ refreshToken: 'rt-0' });
      const asked = first.getToken();
      await expect(asked).rejects.toMatchObject({ name: 'TokenEndpointError', code: 'invalid_response' });
      await expect(asked).rejects.toThrow(says);
      expect(presented).toEqual(['rt-0']);
      // The access token beside it is good, and lasts its hour.
      expect((await first.getToken()).token).toBe('at-1');
      const { lastFailure } = await first.status();
      expect(lastFailure).toMatchObject({
        code: 'invalid_response',
        description: expect.stringMatching(says),
      });
      expect(JSON.stringify([lastFailure, events])).not.toContain('xxxx');
      expect(presented).toEqual(['rt-0']);
    },
  );

  test.each(IMPOSSIBLE)('%s, in the reply to a seed', async (_name, token, says) => {
    const { presented, manager } = world([token]);
    const asked = manager('{"refresh_token":"rt-0"}').getToken();
    await expect(asked).rejects.toThrow(says);
    expect(presented).toEqual(['rt-0']);
  });

  test.each(IMPOSSIBLE)('%s, in a seed', async (_name, token, says) => {
    const { presented, manager } = world([]);
    const asked = manager(JSON.stringify({ refresh_token: token })).getToken();
    await expect(asked).rejects.toMatchObject({ name: 'TokenBackendError', code: 'damaged' });
    await expect(asked).rejects.toThrow(says);
    expect(presented).toEqual([]);
  });

  test.each([[null], ['']])('%j is none: the one there is stays', async (token) => {
    const { clock, presented, manager } = world([token, token]);
    await manager().signIn({ refreshToken: 'rt-0' });
    await manager().getToken();
    await clock.advance(HOUR);
    await manager().getToken();
    expect(presented).toEqual(['rt-0', 'rt-0']);
  });
});
