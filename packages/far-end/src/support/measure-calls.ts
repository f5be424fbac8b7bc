import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AccessToken, createAuthFetch, type TokenSource } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import ky from 'ky';

/*
 * Whether memory stays flat over very many calls with all that the edge can meet: rejections and new tokens, bodies of
 * each kind, a signal that outlives the calls, refused origins. Over a stubbed fetch. Exit code 1 when it grows.
 * `npm run memory` (a million calls each), `npm run memory -- --calls 20000`
 */

const { values } = parseArgs({ options: { calls: { type: 'string', default: '1000000' } } });
const calls = Number(values.calls);
/** Far above what one collection leaves behind, far below a leak of 32 bytes a call. */
const MOST_GROWN = Math.max(4_000_000, calls * 8);

const origin = 'https://api.example.com';
const { signal } = new AbortController();

function renewing(): TokenSource & { endToken(): void; good(authorization: string | null): boolean } {
  let serial = 0;
  let held = new AccessToken({ token: `token-${serial}` });
  let good = serial;
  return {
    peek: (ask) => (ask?.rejected === undefined ? held : undefined),
    async getToken(ask) {
      if (ask?.rejected === held.token) {
        serial = good;
        held = new AccessToken({ token: `token-${serial}` });
      }
      return held;
    },
    endToken: () => void good++,
    good: (authorization) => authorization === `Bearer token-${good}`,
  };
}

const bodies: (() => BodyInit)[] = [
  () => 'text',
  () => new URLSearchParams('a=1'),
  () => new Uint8Array([1, 2, 3]),
  () => new Blob(['blob']),
];

async function collected(): Promise<number> {
  if (!globalThis.gc) throw new Error('Run it with --expose-gc.');
  // Signals of calls that have ended are let go by finalizers, which take their turns.
  for (let n = 0; n < 8; n++) {
    await pause(20);
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

type Edge = (
  url: string,
  init: { method: string; body?: BodyInit; signal: AbortSignal },
) => Promise<{ text(): Promise<string> }>;

async function grown(
  name: string,
  open: (source: TokenSource, stub: typeof fetch) => Edge,
): Promise<boolean> {
  const source = renewing();
  const stub: typeof fetch = async (input, init) => {
    const headers = input instanceof Request ? input.headers : new Headers(init?.headers);
    return new Response('{}', { status: source.good(headers.get('authorization')) ? 200 : 401 });
  };
  const send = open(source, stub);
  let base = 0;
  for (let n = 0; n < calls; n++) {
    if (n === Math.floor(calls / 5)) base = await collected();
    // What is only weakly held is let go between turns of the event loop.
    if (n % 100 === 0) await turn();
    if (n % 50 === 0) source.endToken();
    if (n % 97 === 0)
      await send('https://foreign.example/', { method: 'GET', signal }).catch(() => undefined);
    const body = n % 10 === 0 ? bodies[(n / 10) % bodies.length]?.() : undefined;
    const response = await send(`${origin}/x`, {
      method: body ? 'POST' : 'GET',
      ...(body && { body }),
      signal,
    });
    await response.text();
  }
  const bytes = (await collected()) - base;
  console.log(`${name}: ${calls} calls, ${(bytes / 1_000).toFixed(0)} kB more at the end than after a fifth`);
  return bytes > MOST_GROWN;
}

const grew = [
  await grown('createAuthFetch', (source, stub) =>
    createAuthFetch(source, { origins: [origin], fetch: stub }),
  ),
  await grown('bearerAuth', (source, stub) =>
    ky
      .create({ fetch: (input, init) => stub(input as Request, init) })
      .extend(bearerAuth(source, { origins: [origin] })),
  ),
];
process.exitCode = grew.includes(true) ? 1 : 0;
