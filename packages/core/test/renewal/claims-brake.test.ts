import { expect, test } from 'vitest';
import type { StoredRefusal } from '../../src/record/stored-refusal.ts';
import { claimsAskedAgain } from '../../src/renewal/claims-brake.ts';
import { HOUR, sharedWorld as world } from '../support/shared-world.ts';

const FLOOR_MS = 30_000;

/** How long the pause is after each of these, so many milliseconds apart. */
function pausesAfter(gapsMs: readonly number[]) {
  let now = 1_000_000;
  let asked: StoredRefusal | undefined;
  return gapsMs.map((gapMs) => {
    now += gapMs;
    asked = claimsAskedAgain(asked, now, FLOOR_MS);
    return [asked.failures, asked.pauseMs];
  });
}

test('the pause grows from one to the next, up to five minutes', () => {
  expect(pausesAfter([0, 1_000, 30_000, 60_000, 120_000, 240_000, 300_000])).toEqual([
    [1, 30_000],
    [2, 30_000],
    [3, 60_000],
    [4, 120_000],
    [5, 240_000],
    [6, 300_000],
    [7, 300_000],
  ]);
});

test('once it was quiet for the pause and as long again, it begins anew', () => {
  expect(pausesAfter([0, 1_000, 59_999, 119_999, 240_000]).map(([count]) => count)).toEqual([1, 2, 3, 4, 1]);
});

test('a token that lives for a second is asked for more often, and in whole milliseconds', () => {
  expect(claimsAskedAgain(undefined, 0, 250.4)).toMatchObject({ failures: 1, pauseMs: 250, notBefore: 250 });
});

/** Processes with a good token, whose resource server wants claims. */
async function challenged(processes: number) {
  const the = world();
  const managers = Array.from({ length: processes }, () => the.process());
  await managers[0]?.signIn(the.server.signIn());
  for (const manager of managers) await manager.getToken();
  let serial = 0;
  const ask = (manager = managers[0], scopes?: string[]) =>
    manager?.getToken({ claims: `{"access_token":{"nonce":${++serial}}}`, scopes }).then(
      ({ token }) => token,
      (error: Error) => error.message,
    );
  return { ...the, managers, ask };
}

test('two pass, whichever process asks; the others are told, and look at no store for it', async () => {
  const { server, store, managers, ask } = await challenged(2);
  const [one, other] = managers;
  expect([await ask(one), await ask(other)]).toEqual(['at-3', 'at-4']);
  expect(await ask(one)).toMatch(/now it asks for others/);
  expect(await ask(other)).toMatch(/now it asks for others/);
  const { saves } = store;
  for (let n = 0; n < 100; n++) expect(await ask(one)).toMatch(/now it asks for others/);
  expect(store.saves).toBe(saves);
  expect(server.counts.refreshes).toBe(2);
});

test('each scope has its own pause, and renew() asks whatever it is', async () => {
  const { server, managers, ask } = await challenged(1);
  for (let n = 0; n < 3; n++) await ask();
  expect(server.counts.refreshes).toBe(2);
  expect(await ask(managers[0], ['write'])).toBe('at-5');
  expect((await managers[0]?.renew({ claims: '{"a":1}' }))?.token).toBe('at-6');
});

test('what was asked for is not stored, and the pause outlives a rotation and a restart', async () => {
  const { clock, server, store, process, ask } = await challenged(1);
  for (let n = 0; n < 3; n++) await ask();
  expect(store.text).not.toContain('nonce');
  const starter = process();
  expect(await ask(starter)).toMatch(/now it asks for others/);
  await clock.advance(FLOOR_MS);
  expect(await ask(starter)).toBe('at-5');
  await clock.advance(HOUR);
  expect(await ask(starter)).toBe('at-6');
  expect(server.counts.reuses).toBe(0);
});
