import type { LoopbackServer } from '@everbearer/testing/loopback-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { DAY_MS, HOUR_MS, movedClock } from '../support/moved-clock.ts';
import { programOver } from '../support/program-over.ts';
import { smallApi } from '../support/small-api.ts';

/* The statements of docs/operating.md on lives, on a clock that is moved. A test begins with the name of its statement. */

const clock = movedClock();
const shared = sharedServer();
let api: LoopbackServer;
beforeAll(async () => {
  api = await smallApi(shared.server);
});
afterAll(() => api.close());
beforeEach(() => shared.server.configure({ refreshTokenLifeMs: 90 * DAY_MS, slidingWindow: true }));

/** A command line at an Entra of our own, signed in. */
async function signedIn(profile = 'entra') {
  const { issuer, clientId } = shared.server;
  const provider = { kind: 'oauth2', issuer, clientId, scopes: ['Mail.Read', 'offline_access'], profile };
  const line = commandLine(shared.server, { provider, origins: [new URL(api.url).origin] });
  await line.signIn();
  return { ...line, call: () => line.run(`request GET ${api.url}/me`) };
}

describe('what dies when', () => {
  test('access-token: it is renewed as calls come, and none of them fails', async () => {
    const { directory, call } = await signedIn();
    const program = programOver(shared.server, directory, { profile: 'entra' });
    const before = shared.server.counts.refreshes;
    for (let quarters = 0; quarters < 12; quarters++) {
      expect(await program.call(`${api.url}/me`)).toBe(200);
      clock.advance(HOUR_MS / 4);
    }
    expect(shared.server.counts.refreshes - before).toBeGreaterThanOrEqual(3);
    expect(await call()).toMatchObject({ exit: 0 });
  });

  test('refresh-token: after 89 days without use it lives, after 90 it is dead', async () => {
    const living = await signedIn();
    clock.advance(89 * DAY_MS);
    expect(await living.call()).toMatchObject({ exit: 0 });
    const dead = await signedIn();
    clock.advance(90 * DAY_MS + HOUR_MS);
    expect(await dead.call()).toMatchObject({ exit: 2, out: '' });
    expect(await dead.run('status')).toMatchObject({
      exit: 2,
      out: expect.stringContaining('reauthorization_required: revoked'),
    });
  });

  test('years: two years with a call every other week, and nobody signs in again', async () => {
    const { call, run } = await signedIn();
    for (let weeks = 0; weeks < 104; weeks += 2) {
      clock.advance(14 * DAY_MS);
      expect(await call(), `week ${weeks}`).toMatchObject({ exit: 0 });
    }
    expect(await run('status')).toMatchObject({ exit: 0, out: expect.stringMatching(/(89|90) days left/) });
  });

  test('counts-from-sign-in: renewals move nothing, and status counts down to that day', async () => {
    shared.server.configure({ refreshTokenLifeMs: 30 * DAY_MS, slidingWindow: false });
    const { call, run } = await signedIn('cognito');
    const left: unknown[] = [];
    for (let days = 0; days < 30; days += 10) {
      expect(await call()).toMatchObject({ exit: 0 });
      const { accounts } = (await run('status --json')).json() as {
        accounts: { session: { daysLeft: number } }[];
      };
      left.push(accounts[0]?.session.daysLeft);
      clock.advance(10 * DAY_MS);
    }
    expect(left).toEqual([30, 20, 10]);
    clock.advance(HOUR_MS);
    expect(await call()).toMatchObject({ exit: 2 });
  });

  test('revoked-early: status stays good until somebody asks the server, and --live asks', async () => {
    const { call, run } = await signedIn();
    expect(await call()).toMatchObject({ exit: 0 });
    shared.server.revokeFamily();
    shared.server.revokeAccessTokens();
    clock.advance(DAY_MS);
    expect(await run('status')).toMatchObject({ exit: 0 });
    expect(await run(`status --live ${api.url}/me`)).toMatchObject({
      exit: 2,
      out: expect.stringContaining('(revoked)'),
    });
    expect(await run('status')).toMatchObject({ exit: 2 });
  });
});

describe('what keeps it alive', () => {
  test('any-call: of another program on the same store', async () => {
    const { directory, call } = await signedIn();
    clock.advance(80 * DAY_MS);
    expect(await programOver(shared.server, directory, { profile: 'entra' }).call(`${api.url}/me`)).toBe(200);
    clock.advance(80 * DAY_MS);
    expect(await call()).toMatchObject({ exit: 0 });
  });

  test('renew-from-cron: every night for 200 nights, no call, and one renewal a week', async () => {
    const { call, run } = await signedIn();
    const before = shared.server.counts.refreshes;
    for (let night = 0; night < 200; night++) {
      clock.advance(DAY_MS);
      expect(await run('renew --if-older-than 7d')).toMatchObject({ exit: 0 });
    }
    expect(shared.server.counts.refreshes - before).toBe(Math.floor(200 / 7));
    expect(await call()).toMatchObject({ exit: 0 });
  });

  test('keepalive: it renews what grew old, on day after day', async () => {
    const { call, run } = await signedIn();
    for (const days of [40, 40, 40]) {
      clock.advance(days * DAY_MS);
      const ending = new AbortController();
      let told = '';
      const ended = run('keepalive', { signal: ending.signal, onOut: (text) => (told += text) });
      await expect.poll(() => told).toContain('renewed');
      ending.abort();
      expect(await ended).toMatchObject({ exit: 0 });
    }
    expect(await call()).toMatchObject({ exit: 0 });
  });

  test('silence: status alone renews nothing, so after 90 days it is over', async () => {
    const { call, run } = await signedIn();
    const before = shared.server.counts.tokenRequests;
    for (let days = 0; days < 91; days += 13) {
      await run('status');
      clock.advance(13 * DAY_MS);
    }
    expect(shared.server.counts.tokenRequests).toBe(before);
    expect(await call()).toMatchObject({ exit: 2 });
  });
});

describe('what to watch', () => {
  test('warned: 1 from the day on which fewer than 14 days are left', async () => {
    const { run } = await signedIn();
    clock.advance(75 * DAY_MS);
    expect(await run('status')).toMatchObject({ exit: 0 });
    clock.advance(DAY_MS + HOUR_MS);
    expect(await run('status')).toMatchObject({ exit: 1, out: expect.stringContaining('ends in 13 days') });
    expect(await run('status --warn-days 10')).toMatchObject({ exit: 0 });
    expect(await run('renew')).toMatchObject({ exit: 0 });
    expect(await run('status')).toMatchObject({ exit: 0 });
  });

  test('dead-is-2: with the command that mends it, also for monitors', async () => {
    const { call, run } = await signedIn();
    clock.advance(91 * DAY_MS);
    // Nobody has asked the server yet, and its end is past.
    expect(await run('status')).toMatchObject({ exit: 1, out: expect.stringContaining('past its end') });
    await call();
    expect(await run('status')).toMatchObject({
      exit: 2,
      out: expect.stringContaining('everbearer login --account default'),
    });
    expect(await run('status --output nagios')).toMatchObject({
      exit: 2,
      out: expect.stringMatching(/^EVERBEARER CRITICAL/),
    });
  });
});
