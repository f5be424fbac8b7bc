import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager, STRICT_PROFILE } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import ky from 'ky';
import { measure, measureSync } from './measure.ts';

/* What a request costs while the token in hand is good: against the same call with a fixed header. */

const tokens = createTokenManager({
  provider: {
    id: 'bench',
    profile: STRICT_PROFILE,
    scopes: ['read'],
    refresh: () => Promise.reject(new Error('unused')),
  },
  backend: memoryBackend(),
});
await tokens.signIn({ accessToken: 'a'.repeat(1_500), refreshToken: 'r', expiresAt: Date.now() + 3_600_000 });

const origin = 'https://api.example.com';
const url = `${origin}/v1/things?x=1`;
const answer = new Response(null, { status: 200 });
const stub = async () => answer;
const kyStub = async () => new Response('{}', { headers: { 'content-type': 'application/json' } });

const header = { authorization: `Bearer ${'a'.repeat(1_500)}` };
const authFetch = createAuthFetch(tokens, { origins: [origin], fetch: stub });
const fixed: typeof fetch = (input, init) => stub(...([input, init] as unknown as []));
const kyFixed = ky.create({ fetch: kyStub, headers: header });
const kyAuth = ky.create({ fetch: kyStub }).extend(bearerAuth(tokens, { origins: [origin] }));

const rows: [string, number, string][] = [];
const [peek] = measureSync([{ name: 'peek', run: () => tokens.peek?.() }]);
rows.push(['peek()', peek?.ns ?? Number.NaN, 'at most 100 ns']);

const [getToken] = await measure([{ name: 'getToken', run: () => tokens.getToken() }], {
  operations: 100_000,
});
rows.push(['getToken()', getToken?.ns ?? Number.NaN, 'at most 500 ns']);

const [plain, ours] = await measure([
  { name: 'fetch with a fixed header', run: () => fixed(url, { headers: header }) },
  { name: 'createAuthFetch', run: () => authFetch(url) },
]);
rows.push([
  'createAuthFetch, added over a stubbed fetch',
  (ours?.ns ?? 0) - (plain?.ns ?? 0),
  'at most 2,000 ns',
]);

const [kyPlain, kyOurs] = await measure(
  [
    { name: 'ky with a fixed header', run: () => kyFixed.get(url) },
    { name: 'ky with bearerAuth', run: () => kyAuth.get(url) },
  ],
  { operations: 3_000 },
);
rows.push([
  'bearerAuth, added over a stubbed ky',
  (kyOurs?.ns ?? 0) - (kyPlain?.ns ?? 0),
  'at most 5,000 ns',
]);

for (const [what, ns, goal] of rows)
  console.log(`${what.padEnd(48)}${Math.round(ns).toString().padStart(8)} ns   (${goal})`);
