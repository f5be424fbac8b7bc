import { gzipSync } from 'node:zlib';
import type { TokenProvider, TokenSet } from '@everbearer/core/contract';
import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../../support/captured-error.ts';
import { context } from '../../support/context.ts';
import { BODIES } from './body-rows.ts';
import { CODES, DIALECTS, STATUSES, WAITS } from './refusal-rows.ts';
import { full, MARK, type Outcome, type Refusal, type Row, type Tokens } from './reply-row.ts';
import { type ReplyServer, replyServer } from './reply-server.ts';
import { LIVES, TOKENS } from './token-rows.ts';

const PROVIDERS = ['oauth2()', 'microsoft()'] as const;
const scopes = ['mail'];
const clientSecret = `cs-${MARK}-sent`;
const refreshToken = `rt-${MARK}-sent`;
const CORPUS = {
  lives: LIVES,
  tokens: TOKENS,
  bodies: BODIES,
  codes: CODES,
  dialects: DIALECTS,
  statuses: STATUSES,
  waits: WAITS,
};

let server: ReplyServer;
beforeAll(async () => {
  server = await replyServer();
  server.answer(full());
  for (const name of PROVIDERS) await refresh(name);
});
afterAll(() => server.close());

function providerAt(name: (typeof PROVIDERS)[number], fetch = globalThis.fetch): TokenProvider {
  const common = { clientId: 'client-1', scopes, fetch };
  if (name === 'microsoft()')
    return microsoft({ ...common, tenantId: 'contoso.com', clientSecret, endpoints: { token: server.url } });
  const clientAuthentication = { method: 'client_secret_basic', clientSecret } as const;
  return oauth2({ ...common, tokenEndpoint: server.url, clientAuthentication });
}

async function refresh(name: (typeof PROVIDERS)[number], fetch?: typeof globalThis.fetch): Promise<TokenSet> {
  const work = providerAt(name, fetch).refresh?.({ refreshToken }, context({ scopes }));
  if (!work) throw new Error('It cannot refresh.');
  return work;
}

function seen(tokens: TokenSet, since: number): Tokens {
  const inSeconds = (instant: number | undefined) => instant && Math.round((instant - since) / 1000);
  return {
    access: tokens.accessToken,
    refresh: tokens.refreshToken,
    type: tokens.tokenType,
    life: inSeconds(tokens.expiresAt),
    renewIn: inSeconds(tokens.renewAt),
    refreshLife: inSeconds(tokens.refreshTokenExpiresAt),
    scopes: tokens.scopes && [...tokens.scopes],
  } as Tokens;
}

const isRefusal = (outcome: Outcome): outcome is Refusal => 'code' in outcome;

describe.each(PROVIDERS)('%s', (name) => {
  describe.each(Object.entries(CORPUS))('%s', (_, rows) => {
    test.each(rows.map((row: Row) => ({ what: row[0], row })))('$what', async ({ row }) => {
      const [, reply, outcome, onlyMicrosoft] = row;
      server.answer(reply);
      const expected = (name === 'microsoft()' && onlyMicrosoft) || outcome;
      const since = Date.now();
      if (!isRefusal(expected)) {
        expect(seen(await refresh(name), since)).toEqual(expected);
      } else {
        const error = await refusal(refresh(name), MARK);
        const { code, status, retryAfterMs, description } = expected;
        expect(error).toMatchObject({ code, status, retryAfterMs, sent: true });
        if (description !== undefined) expect(error.description).toBe(description);
        expect(error.message.length).toBeLessThan(500);
      }
      expect(server.requests).toBe(1);
    });
  });

  test('of a gzip bomb no more than the bound is unpacked', async () => {
    server.answer({
      body: gzipSync(Buffer.alloc(64 * 1024 * 1024)),
      headers: { 'content-encoding': 'gzip' },
    });
    let unpacked = 0;
    const counting: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      const count = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, stream) {
          unpacked += chunk.byteLength;
          stream.enqueue(chunk);
        },
      });
      return new Response(response.body?.pipeThrough(count) ?? null, response);
    };
    expect(await refusal(refresh(name, counting))).toMatchObject({ code: 'invalid_response', status: 200 });
    expect(unpacked).toBeGreaterThan(64 * 1024);
    expect(unpacked).toBeLessThan(2 * 1024 * 1024);
  });

  test('an endless body is cut off, and its memory stays bounded', async () => {
    server.answer({ manner: 'endless' });
    const before = process.memoryUsage().rss;
    expect(await refusal(refresh(name))).toMatchObject({ code: 'invalid_response', status: 200 });
    expect(server.written).toBeLessThan(32 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });
});

test('the corpus has every name once, and is as large as promised', () => {
  for (const rows of Object.values(CORPUS))
    expect(new Set(rows.map(([name]) => name)).size).toBe(rows.length);
  const count = Object.values(CORPUS).reduce((sum, rows) => sum + rows.length, 0);
  expect(count).toBeGreaterThanOrEqual(300);
});
