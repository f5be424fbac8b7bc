import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { createAuthFetch, createTokenManager, staticTokenSource, type TokenManager } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { type OAuth2Options, oauth2, profiles, resourceProver } from '@everbearer/providers/oauth2';
import { authorizationCode, deviceCode, type SignInProvider } from '@everbearer/providers/sign-in';
import { createBrowser } from './browser.ts';
import { clientKey } from './client-key.ts';
import { authenticationOf, type Method, type RealServer } from './real-server.ts';
import { type Traits, traitsOf } from './traits.ts';

export type Way = 'browser' | 'device';

/** A provider at a server, the newest tokens it was given, and how many requests with a refresh token it has sent. */
export interface CountedProvider {
  provider: SignInProvider;
  readonly newest: TokenSet;
  readonly refreshes: number;
}

export async function providerAt(
  server: RealServer,
  method: Method = 'none',
  changes: Partial<OAuth2Options> = {},
): Promise<CountedProvider> {
  const counting = refreshCounter();
  const { profile, refusal, dpop } = knownOf(server);
  const provider = oauth2({
    ...server.options,
    ...(await authenticationOf(server, method)),
    scopes: server.scopes,
    profile,
    refusal,
    dpop,
    fetch: counting.fetch,
    ...changes,
    grant: 'refresh_token',
  });
  let newest: TokenSet = {};
  const refresh: typeof provider.refresh = async (credential, context) => {
    newest = await provider.refresh(credential, context);
    return newest;
  };
  return {
    provider: { ...provider, refresh },
    get newest() {
      return newest;
    },
    get refreshes() {
      return counting.refreshes;
    },
  };
}

/** The fetch, which counts the requests with a refresh token that a server has judged. */
function refreshCounter() {
  const counter = {
    refreshes: 0,
    async fetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
      const isRefresh = String(init?.body).includes('grant_type=refresh_token');
      if (isRefresh) counter.refreshes++;
      const response = await fetch(input, init);
      if (!isRefresh || response.ok) return response;
      // The server has looked at no more than the proof: it wants its nonce in it.
      if ((await response.clone().text()).includes('use_dpop_nonce')) counter.refreshes--;
      return response;
    },
  };
  return counter;
}

function knownOf({
  name,
}: RealServer): Pick<Traits, 'profile' | 'refusal' | 'signInParameters'> & { dpop?: boolean } {
  return name === 'atproto-oauth-provider' ? { profile: profiles.atproto, dpop: true } : traitsOf(name);
}

/** A person signs in. */
async function signInAt(server: RealServer, provider: SignInProvider, way: Way): Promise<TokenSet> {
  const browser = createBrowser();
  if (server.firstPage !== undefined) await browser.visit(server.firstPage);
  if (way === 'device')
    return deviceCode(provider, {
      onCode: async ({ userCode, verificationUriComplete = '' }) => {
        const { deviceAnswer } = server;
        await browser.visit(deviceAnswer === undefined ? verificationUriComplete : deviceAnswer + userCode);
      },
    });
  return authorizationCode(provider, {
    redirectUri: server.redirectUri,
    parameters: knownOf(server).signInParameters,
    timeoutMs: 10_000,
    async onUrl(url) {
      await browser.visit(server.agree === undefined ? url : server.agree + url.search);
    },
  });
}

/** Somebody signed in, in a directory of their own. */
export interface Session extends AsyncDisposable {
  manager: TokenManager;
  /** Of the sign-in. */
  tokens: TokenSet;
  /** The newest ones; a server that does not rotate leaves out the refresh token. */
  readonly newest: TokenSet;
  directory: string;
  readonly refreshes: number;
}

export async function openSession(
  server: RealServer,
  { method = 'none', way = 'browser', dpop }: { method?: Method; way?: Way; dpop?: boolean } = {},
): Promise<Session> {
  const counted = await providerAt(server, method, dpop === undefined ? {} : { dpop });
  const tokens = await tokensAt(server, counted.provider, way);
  const directory = await mkdtemp(join(tmpdir(), 'real-server-'));
  const manager = createTokenManager({ provider: counted.provider, backend: fileBackend({ directory }) });
  await manager.signIn(tokens);
  return {
    manager,
    tokens,
    directory,
    get newest() {
      return { ...tokens, ...counted.newest };
    },
    get refreshes() {
      return counted.refreshes;
    },
    async [Symbol.asyncDispose]() {
      await manager.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Somebody signed in, and what refreshes their tokens as often as it is told, with nothing that is careful. */
export interface OpenedTokens {
  tokens: TokenSet;
  refresh(tokens: TokenSet, scopes?: readonly string[]): Promise<TokenSet>;
}

export async function openTokens(server: RealServer): Promise<OpenedTokens> {
  const profile = { ...knownOf(server).profile, narrowingLasts: false };
  const { provider } = await providerAt(server, 'none', { profile });
  const tokens = await signInAt(server, provider, 'browser');
  return {
    tokens,
    refresh: async ({ refreshToken = '', dpopKey }, scopes = server.scopes) =>
      provider.refresh({ refreshToken, dpopKey }, { scopes, signal: AbortSignal.timeout(10_000) }),
  };
}

/** Of a sign-in, or those of the session that nobody had to sign in to. */
async function tokensAt(server: RealServer, provider: SignInProvider, way: Way): Promise<TokenSet> {
  const { refreshToken } = server;
  if (refreshToken === undefined) return signInAt(server, provider, way);
  return { refreshToken, dpopKey: (await clientKey()).text };
}

/** Whether a resource takes the token. */
export async function works({ api }: RealServer, { accessToken = '', dpopKey }: TokenSet): Promise<boolean> {
  if (api === undefined) throw new Error('This server has no resource.');
  const dpop = dpopKey === undefined ? undefined : resourceProver()(accessToken, dpopKey);
  const call = createAuthFetch(staticTokenSource({ token: accessToken, dpop }), {
    origins: [new URL(api).origin],
    isRejected: () => false,
  });
  const { status, body } = await call(api);
  await body?.cancel();
  return status === 200;
}
