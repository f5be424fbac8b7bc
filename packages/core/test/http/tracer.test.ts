import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Tracer } from '../../src/tracer.ts';

/* What traces a process is there before this library is loaded. */

const TRACER = Symbol.for('everbearer.tracer');
const global = globalThis as Record<symbol, Tracer | undefined>;

beforeEach(() => vi.resetModules());
afterEach(() => {
  delete global[TRACER];
  vi.resetModules();
});

test('a tracer is told of each send and of every event, and of no token', async () => {
  const events: object[] = [];
  const sends: unknown[][] = [];
  global[TRACER] = {
    event: (event) => void events.push(event),
    sending: (call, expiresAt, source, send) => {
      sends.push([call, expiresAt, source]);
      return send();
    },
  };
  const { createAuthFetch } = await import('../../src/http/auth-fetch.ts');
  const { AccessToken } = await import('../../src/token.ts');
  const expiresAt = Date.now() + 60_000;
  let count = 0;
  const source = {
    account: 'ada',
    provider: 'idp',
    getToken: async () => new AccessToken({ token: `secret-canary-${++count}`, expiresAt }),
  };
  const fetch = createAuthFetch(source, {
    origins: ['https://api.example'],
    fetch: async (_, init) =>
      new Response(null, {
        status: new Headers(init?.headers).get('authorization')?.endsWith('-1') ? 401 : 200,
      }),
  });
  expect((await fetch('https://api.example/me')).status).toBe(200);
  expect(sends).toEqual([
    [sends[0]?.[0], expiresAt, source],
    [sends[0]?.[0], expiresAt, source],
  ]);
  expect(sends[1]?.[0]).toBe(sends[0]?.[0]);
  expect(events).toEqual([
    {
      type: 'replayed',
      method: 'GET',
      origin: 'https://api.example',
      account: 'ada',
      provider: 'idp',
    },
  ]);
  expect(JSON.stringify(events)).not.toContain('canary');
});
