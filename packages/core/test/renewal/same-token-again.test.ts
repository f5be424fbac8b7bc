import { type AuthEvent, createAuthFetch, createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR = 3_600_000;

/** A metadata server: whatever it is asked, it hands out the token that it has until that is about to end. */
function metadataServer() {
  const clock = testClock();
  let requests = 0;
  let serial = 1;
  let expiresAt = clock.now() + HOUR;
  const provider: TokenProvider = {
    id: 'http://169.254.169.254 identity',
    profile: { ...STRICT_PROFILE, rotates: false },
    scopes: ['read'],
    async acquire() {
      requests++;
      if (clock.now() >= expiresAt - 60_000) {
        serial++;
        expiresAt = clock.now() + HOUR;
      }
      return { accessToken: `at-${serial}`, expiresAt };
    },
  };
  const { backend } = sharedStore();
  const events: AuthEvent[] = [];
  const process = () =>
    createTokenManager({ provider, backend, clock, onEvent: (event) => void events.push(event) });
  return { clock, process, events, requests: () => requests, replace: () => void serial++ };
}

const codeOf = (work: Promise<{ token: string }>) =>
  work.then(
    ({ token }) => token,
    ({ code }: { code: string }) => code,
  );

test('the same token again costs its caller one request, and nobody else anything', async () => {
  const { process, requests } = metadataServer();
  const manager = process();
  await manager.getToken();
  expect(await codeOf(manager.getToken({ rejected: 'at-1' }))).toBe('token_rejected');
  expect(requests()).toBe(2);
  expect(manager.state).toBe('valid');
  expect(manager.peek()?.token).toBe('at-1');
  for (let call = 0; call < 100; call++) expect(await codeOf(manager.getToken())).toBe('at-1');
  expect(requests()).toBe(2);
});

test('those who wait beside the one whose request was rejected get the token', async () => {
  const { process, requests } = metadataServer();
  const manager = process();
  await manager.getToken();
  const rejected = codeOf(manager.getToken({ rejected: 'at-1' }));
  const others = Array.from({ length: 10 }, () => codeOf(manager.getToken()));
  expect(await rejected).toBe('token_rejected');
  expect(new Set(await Promise.all(others))).toEqual(new Set(['at-1']));
  expect(requests()).toBe(2);
});

test('one path that always answers 401, among healthy ones, asks ever more seldom', async () => {
  const { clock, process, requests } = metadataServer();
  const manager = process();
  const send = async (input: string | URL | Request, init?: RequestInit) =>
    new Response('', { status: new Request(input, init).url.endsWith('/never') ? 401 : 200 });
  const fetch = createAuthFetch(manager, { origins: ['https://api.example'], fetch: send });
  const statuses = { good: new Set<number>(), never: new Set<number>() };
  for (let second = 0; second < 600; second++) {
    statuses.good.add((await fetch('https://api.example/mail')).status);
    statuses.never.add((await fetch('https://api.example/never')).status);
    await clock.advance(1_000);
  }
  expect(statuses).toEqual({ good: new Set([200]), never: new Set([401]) });
  expect(requests()).toBeGreaterThan(2);
  expect(requests()).toBeLessThanOrEqual(8);
});

test('several processes: what one was told, the next one asks once', async () => {
  const { process, requests } = metadataServer();
  const [a, b] = [process(), process()];
  await a.getToken();
  await b.getToken();
  expect(await codeOf(a.getToken({ rejected: 'at-1' }))).toBe('token_rejected');
  expect(await codeOf(b.getToken({ rejected: 'at-1' }))).toBe('token_rejected');
  expect(requests()).toBeLessThanOrEqual(3);
  for (const manager of [a, b]) {
    expect(await codeOf(manager.getToken({ rejected: 'at-1' }))).toBe('token_rejected');
    expect(await codeOf(manager.getToken())).toBe('at-1');
  }
  expect(requests()).toBeLessThanOrEqual(3);
});

test('once the server has another token, that one is handed out', async () => {
  const { clock, process, replace } = metadataServer();
  const manager = process();
  await manager.getToken();
  expect(await codeOf(manager.getToken({ rejected: 'at-1' }))).toBe('token_rejected');
  replace();
  await clock.advance(61_000);
  expect(await codeOf(manager.getToken({ rejected: 'at-1' }))).toBe('at-2');
  expect(await codeOf(manager.getToken())).toBe('at-2');
});
