import { memoryBackend } from '@everbearer/backends/memory';
import { type AuthError, createTokenManager, TokenEndpointError, type TokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { describe, expect, test } from 'vitest';
import { captured } from '../support/captured-error.ts';
import { at, TOKENS, type UserOptions } from '../support/oauth2-fixture.ts';
import { type Answer, closedPort, tokenServer } from '../support/token-server.ts';

async function managerOf(options: UserOptions): Promise<TokenManager> {
  const tokenEndpoint = options.issuer === undefined ? 'https://as.example/token' : undefined;
  const provider = oauth2({ tokenEndpoint, clientId: 'client-1', scopes: ['mail'], ...options });
  const manager = createTokenManager({ provider, backend: memoryBackend() });
  await manager.signIn({ refreshToken: 'rt-1' });
  return manager;
}

/** What a caller gets, and how long that took. */
async function firstError(manager: TokenManager): Promise<AuthError & { ms: number }> {
  const since = performance.now();
  const error = (await captured(manager.getToken())) as AuthError;
  return Object.assign(error, { ms: performance.now() - since });
}

/** A `fetch` that fails as the runtime's own does. */
function failing(code: string, syscall?: string): typeof fetch {
  return async () => {
    const cause = Object.assign(new Error(code), { code, ...(syscall && { syscall }) });
    throw new TypeError('fetch failed', { cause });
  };
}

describe('where waiting cannot help, the first error says so within a second', () => {
  const page = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Sign in</title>' };
  test.each<[string, () => Promise<UserOptions>, string[]]>([
    [
      'no such host',
      async () => ({ fetch: failing('ENOTFOUND', 'getaddrinfo') }),
      ['ENOTFOUND', 'as.example', '`tokenEndpoint`'],
    ],
    [
      'no such host, looked up for real',
      async () => ({ tokenEndpoint: 'https://nowhere.invalid/token' }),
      ['nowhere.invalid'],
    ],
    [
      'no such issuer',
      async () => ({ issuer: 'https://as.example', fetch: failing('ENOTFOUND', 'getaddrinfo') }),
      ['`issuer`'],
    ],
    [
      'a certificate that has expired',
      async () => ({ fetch: failing('CERT_HAS_EXPIRED') }),
      ['CERT_HAS_EXPIRED', 'expired', 'as.example'],
    ],
    [
      'a certificate of another host',
      async () => ({ fetch: failing('ERR_TLS_CERT_ALTNAME_INVALID') }),
      ['another host'],
    ],
    [
      'a certificate that nobody signed',
      async () => ({ fetch: failing('DEPTH_ZERO_SELF_SIGNED_CERT') }),
      ['not trusted here'],
    ],
    ['plain http where https was written', plain, ['does not speak TLS', '127.0.0.1', '`tokenEndpoint`']],
    ['a 404', answering({ status: 404, body: 'no' }), ['status 404', 'token endpoint']],
    ['a web page', answering(page), ['web page ("Sign in")', 'status 200']],
    ['a web page that forbids', answering({ ...page, status: 403 }), ['web page', 'status 403']],
    [
      'a redirect',
      answering({ status: 302, headers: { location: 'https://elsewhere.example/t?secret=1' } }),
      ['redirects to https://elsewhere.example/t'],
    ],
    [
      'an issuer without metadata',
      issuerAnswering({ status: 404 }),
      [
        '`issuer`',
        'openid-configuration answered status 404',
        'oauth-authorization-server answered status 404',
      ],
    ],
    [
      'an issuer of another name',
      issuerAnswering({ body: { issuer: 'https://other.example' } }),
      ['"https://other.example"'],
    ],
  ])('%s', async (_name, options, words) => {
    const manager = await managerOf(await options());
    const error = await firstError(manager);
    expect(error.ms).toBeLessThan(1_000);
    expect(error.retryable).toBe(false);
    for (const word of words) expect(error.message).toContain(word);
    expect(error.message).not.toContain('asked to wait');
    expect(error.message).not.toContain('secret=1');
    const { lastFailure } = await manager.status();
    expect(lastFailure?.code).toBe(error.code);
    expect(lastFailure?.message).toContain(words[0]);
    // The next caller hears the same, from the record.
    const again = await firstError(manager);
    expect(again.retryable).toBe(false);
    expect(again.message).toContain(words.at(-1));
    await manager.close();
  });
});

describe('what may pass says so, with the host and the code', () => {
  test.each<[string, UserOptions['fetch'], string[]]>([
    [
      'nobody listens',
      failing('ECONNREFUSED', 'connect'),
      ['could not be reached', 'ECONNREFUSED', 'as.example'],
    ],
    ['the host could not be looked up', failing('EAI_AGAIN', 'getaddrinfo'), ['EAI_AGAIN', 'as.example']],
    [
      'the connection broke',
      failing('ECONNRESET', 'read'),
      ['its answer was lost', 'ECONNRESET', 'as.example'],
    ],
  ])('%s', async (_name, fetch, words) => {
    const provider = oauth2({ tokenEndpoint: 'https://as.example/token', clientId: 'c', scopes: [], fetch });
    const ask = { scopes: [], signal: AbortSignal.timeout(5_000) };
    const error = (await captured(provider.refresh({ refreshToken: 'rt' }, ask))) as TokenEndpointError;
    expect(error).toMatchObject({ code: 'network', retryable: true });
    for (const word of words) expect(error.message).toContain(word);
    expect(error.message).not.toContain('endpoint answered');
  });
});

test('a host that answered before is a network that is down: it is waited for', async () => {
  const server = await tokenServer({ body: TOKENS });
  let down = false;
  const provider = at(server, {
    fetch: (input, init) => (down ? failing('ENOTFOUND', 'getaddrinfo')(input, init) : fetch(input, init)),
  });
  const ask = { scopes: ['mail'], signal: AbortSignal.timeout(5_000) };
  await provider.refresh({ refreshToken: 'rt-1' }, ask);
  down = true;
  expect(await captured(provider.refresh({ refreshToken: 'rt-2' }, ask))).toMatchObject({
    code: 'network',
    sent: false,
    retryable: true,
  });
});

describe('while a pause stands, callers get what set it', () => {
  const timing = { maxWaitMs: 1 };
  async function pausedBy(answer: Answer | 'refused') {
    const tokenEndpoint =
      answer === 'refused' ? await closedPort() : `${(await tokenServer(answer)).url}/token`;
    const provider = oauth2({ tokenEndpoint, clientId: 'client-1', scopes: [] });
    const manager = createTokenManager({ provider, backend: memoryBackend(), timing });
    await manager.signIn({ refreshToken: 'rt-1' });
    const error = (await captured(manager.getToken())) as TokenEndpointError;
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({ sent: false, retryable: true, retryAfterMs: expect.any(Number) });
    return error;
  }

  test('a network failure, and nobody asked to wait', async () => {
    const error = await pausedBy('refused');
    expect(error.code).toBe('network');
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.message).toContain('asked again in');
    expect(error.message).not.toMatch(/asked to wait|answered/);
  });

  test('a server that failed, in its own words', async () => {
    const body = { error: 'server_error', error_description: 'the database is away' };
    const error = await pausedBy({ status: 500, body });
    expect(error).toMatchObject({ code: 'server_error', status: 500 });
    expect(error.message).toContain('the database is away');
    expect(error.message).not.toContain('asked to wait');
  });

  test('a server that asked to wait', async () => {
    const error = await pausedBy({
      status: 503,
      headers: { 'retry-after': '60' },
      body: { error: 'temporarily_unavailable' },
    });
    expect(error).toMatchObject({ code: 'temporarily_unavailable', status: 503 });
    expect(error.message).toContain('it asked to wait');
    expect(error.retryAfterMs).toBeGreaterThan(55_000);
  });
});

function answering(answer: Answer) {
  return async () => ({ tokenEndpoint: `${(await tokenServer(answer)).url}/token` });
}

function issuerAnswering(answer: Answer) {
  return async () => ({ issuer: (await tokenServer(answer)).url });
}

/** An address on https where a server speaks plain http. */
async function plain(): Promise<UserOptions> {
  const { url } = await tokenServer({ body: TOKENS });
  return { tokenEndpoint: `${url.replace('http:', 'https:')}/token` };
}
