import { generateKeyPairSync, verify } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createTokenManager, type TokenSource } from '@everbearer/core';
import { defineBackend, type TokenProvider } from '@everbearer/core/contract';
import { dpopServer } from '@everbearer/far-end/support/dpop-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks } from './code-blocks.ts';

/* The code of docs/providers.md as it is printed, against a server on loopback. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const workshop = join(root, 'examples/inbox-monitor/providers');
const recipes: Record<string, (...given: unknown[]) => unknown> = {};
const seen: { path: string; form: URLSearchParams; authorization: string | undefined }[] = [];

const server = createServer((request, response) => void answer(request, response));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  const { authorization } = request.headers;
  seen.push({ path, form: new URLSearchParams(await textOf(request)), authorization });
  const tokens = {
    access_token: `at-${seen.length}`,
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: 'rt-2',
  };
  const beside = { instance_url: origin(), api_url: origin() };
  if (path.startsWith('/token')) response.end(JSON.stringify({ ...tokens, ...beside }));
  else if (path.includes('oauth-protected-resource'))
    response.end(
      JSON.stringify({ resource: origin(), authorization_servers: [origin()], scopes_supported: ['mail'] }),
    );
  else if (path.includes('.well-known'))
    response.end(JSON.stringify({ issuer: origin(), token_endpoint: `${origin()}/token` }));
  else response.writeHead(401).end();
}

const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const folder = join(workshop, 'documentation-blocks');
  mkdirSync(folder, { recursive: true });
  for (const { code, line } of codeBlocks(join(root, 'docs/providers.md'), 'providers.md')) {
    const path = join(folder, `line-${line}.ts`);
    writeFileSync(path, code);
    Object.assign(recipes, await import(/* @vite-ignore */ pathToFileURL(path).href));
  }
});
afterAll(() => {
  rmSync(workshop, { recursive: true, force: true });
  server.closeAllConnections();
  server.close();
});

async function made<T>(name: string, ...given: unknown[]): Promise<T> {
  const recipe = recipes[name];
  if (!recipe) throw new Error(`docs/providers.md has no ${name}`);
  return (await recipe(...given)) as T;
}

const refreshed = (provider: TokenProvider) =>
  provider.refresh?.(
    { refreshToken: 'rt-1' },
    { scopes: provider.scopes, signal: AbortSignal.timeout(5_000) },
  );

test('from an API to its issuer', async () => {
  const provider = await made<TokenProvider>('providerFor', `${origin()}/api`, 'client-1');
  expect(provider.scopes).toEqual(['mail']);
  expect(await refreshed(provider)).toMatchObject({ refreshToken: 'rt-2' });
});

test("a fetch of one's own", async () => {
  const provider = await made<TokenProvider>('throughGateway', `${origin()}/token`, 'k-1');
  await refreshed(provider);
  expect(seen.at(-1)?.path).toBe('/token?subscription-key=k-1');
});

test('a key in place of a secret', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const path = join(workshop, 'key.pem');
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const provider = await made<TokenProvider>('withKey', origin(), path, 'key-1');
  await provider.acquire?.({ scopes: provider.scopes, signal: AbortSignal.timeout(5_000) });
  const [header = '', claims = '', signature = ''] =
    seen.at(-1)?.form.get('client_assertion')?.split('.') ?? [];
  expect(JSON.parse(atob(header))).toMatchObject({ alg: 'RS256', kid: 'key-1' });
  const signed = Buffer.from(`${header}.${claims}`);
  expect(verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
});

test('JWT bearer', async () => {
  const provider = await made<TokenProvider>('asServiceAccount', `${origin()}/token`, async () => 'jwt-1');
  await provider.acquire?.({ scopes: provider.scopes, signal: AbortSignal.timeout(5_000) });
  expect(seen.at(-1)?.form.get('assertion')).toBe('jwt-1');
});

test('what stands beside the tokens is the address of the API', async () => {
  type Made = { url: (path: string) => Promise<string>; fetch: typeof fetch };
  const { url, fetch: authFetch } = await made<Made>('salesforce', `${origin()}/token`, 'rt-1');
  expect(await url('/data')).toBe(`${origin()}/data`);
  await authFetch(await url('/data'));
  expect(seen.at(-1)?.authorization).toMatch(/^Bearer at-/);
});

test("a provider of one's own that binds its tokens is twenty lines too", async () => {
  const blocks = codeBlocks(join(root, 'docs/providers.md'), 'providers.md');
  const own = blocks.find(({ code }) => code.includes('function bound'))?.code ?? '';
  expect(own.trim().split('\n').length).toBeLessThanOrEqual(20);
  await using server = await dpopServer();
  const provider = await made<TokenProvider>('bound', `${server.url}/token`, 'app');
  const tokens = await refreshed(provider);
  expect(tokens).toMatchObject({ tokenType: 'DPoP', dpopKey: expect.any(String) });
});

test('a success that rejects', async () => {
  const tokens: TokenSource = { getToken: async () => ({ token: 'at-1' }) };
  const slackFetch = await made<typeof fetch>('slackFetch', tokens, origin());
  expect((await slackFetch(`${origin()}/token`)).status).toBe(200);
});

test("a provider of one's own is twenty lines, and works under a token manager", async () => {
  const blocks = codeBlocks(join(root, 'docs/providers.md'), 'providers.md');
  const own = blocks.find(({ code }) => code.includes('function zoom'))?.code ?? '';
  expect(own.trim().split('\n').length).toBeLessThanOrEqual(20);
  const provider = await made<TokenProvider>(
    'zoom',
    `${origin()}/token`,
    'account-1',
    'client-1',
    'secret-1',
  );
  const stored = new Map<string, string>();
  const backend = defineBackend({
    singleProcess: true,
    load: async (key) => stored.get(key),
    save: async (key, data) => void stored.set(key, data),
  });
  const manager = createTokenManager({ provider, backend });
  expect((await manager.getToken()).token).toMatch(/^at-/);
  expect(Object.fromEntries(seen.at(-1)?.form ?? [])).toEqual({
    grant_type: 'account_credentials',
    account_id: 'account-1',
  });
  expect(manager.kept).toEqual({ api_url: origin() });
  await manager.close();
});
