import { type FarEnd, type FarEndOptions, startFarEnd } from '@everbearer/far-end';
import type { Login, Peer, PeerClient } from './peer.ts';

/** Servers in a process of their own, somebody signed in, and a client that calls with the tokens. */
export interface Scene extends AsyncDisposable {
  farEnd: FarEnd;
  login: Login;
  client: PeerClient;
  /** What the servers counted since the client was made, or since the last look. */
  counted(): Promise<Counted>;
}

/** Seen by the servers, whatever the client says. */
export interface Counted {
  tokenRequests: number;
  /** API requests that were answered 401. */
  rejected: number;
  /** Sessions that the server ended because a refresh token came twice. */
  lost: number;
}

export type ServerOptions = NonNullable<FarEndOptions['authorizationServer']>;

/** As Entra does: a refresh token that was redeemed can be redeemed again. */
export const LENIENT: ServerOptions = { graceMs: 90 * 86_400_000 };
/** As many others do: a refresh token works once, and the session ends when it comes again. */
export const STRICT: ServerOptions = {};

export async function openScene(peer: Peer, server: ServerOptions, file?: string): Promise<Scene> {
  const farEnd = await startFarEnd({ authorizationServer: server, mailApi: { messages: 1 } });
  try {
    const login = await signIn(farEnd, peer, file);
    const client = await peer.open(login);
    const counted = await counter(farEnd);
    return {
      farEnd,
      login,
      client,
      counted,
      async [Symbol.asyncDispose]() {
        await client.close?.();
        await farEnd.stop();
      },
    };
  } catch (error) {
    await farEnd.stop();
    throw error;
  }
}

async function signIn(farEnd: FarEnd, { needsIdToken }: Peer, file: string | undefined): Promise<Login> {
  const { tokenEndpoint, issuer, tenantId, clientId, apiUrl, control } = farEnd;
  const scope = 'Mail.Read';
  const openId = needsIdToken ? ['openid', 'profile'] : [];
  const reply = await control.signIn({ scopes: [scope, 'offline_access', ...openId] });
  const tokens = {
    accessToken: reply.access_token,
    refreshToken: reply.refresh_token as string,
    expiresAt: Date.now() + reply.expires_in * 1_000,
  };
  return { tokenEndpoint, issuer, tenantId, clientId, apiUrl, scope, tokens, ...(file && { file }) };
}

async function counter({ control }: FarEnd): Promise<() => Promise<Counted>> {
  async function totals(): Promise<Counted> {
    const { authorizationServer, mailApi } = await control.counts();
    return {
      tokenRequests: authorizationServer.tokenRequests,
      rejected: mailApi.requests - mailApi.ok - mailApi.scripted,
      lost: authorizationServer.familiesRevoked,
    };
  }
  let last = await totals();
  return async () => {
    const before = last;
    last = await totals();
    return {
      tokenRequests: last.tokenRequests - before.tokenRequests,
      rejected: last.rejected - before.rejected,
      lost: last.lost - before.lost,
    };
  };
}

/** What became of calls. */
export interface Outcome {
  failed: number;
  /** What their callers got, each once: the name of an error, or a status. */
  told: readonly string[];
}

export async function outcomeOf(calls: readonly Promise<number>[]): Promise<Outcome> {
  const told: string[] = [];
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === 'rejected') told.push(nameOf(result.reason));
    else if (result.value !== 200) told.push(`status ${result.value}`);
  }
  return { failed: told.length, told: [...new Set(told)].sort() };
}

/** Some are minified classes, or plain errors with a code. */
function nameOf(error: unknown): string {
  const { name = 'Error', code } = error as { name?: string; code?: unknown };
  return typeof code === 'string' ? `${name} (${code})` : name;
}
