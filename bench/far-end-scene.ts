import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager, type TokenManager } from '@everbearer/core';
import { type FarEnd, type FarEndOptions, startFarEnd } from '@everbearer/far-end';
import { oauth2 } from '@everbearer/providers/oauth2';

/** Servers in a process of their own, somebody signed in there, and when the token endpoint was asked. */
export interface FarEndScene extends AsyncDisposable {
  farEnd: FarEnd;
  tokens: TokenManager;
  /** An API call that bears a token. */
  call(path?: string, init?: RequestInit): Promise<Response>;
  /** Monotonic milliseconds. */
  tokenRequestsAt: number[];
}

export interface SceneOptions {
  server?: FarEndOptions['authorizationServer'];
  /** Stands in for what sends the API calls. */
  fetch?: typeof fetch;
}

/** A sign-in whose access token lives as long as `server` says; later ones may live longer or shorter. */
export async function signedIn({
  server = {},
  fetch: send = fetch,
}: SceneOptions = {}): Promise<FarEndScene> {
  const farEnd = await startFarEnd({ authorizationServer: server, mailApi: { messages: 1, settleMs: 50 } });
  const { tokenEndpoint, clientId, apiUrl, control } = farEnd;
  const tokenRequestsAt: number[] = [];
  const provider = oauth2({
    tokenEndpoint,
    clientId,
    scopes: ['Mail.Read'],
    fetch(input, init) {
      tokenRequestsAt.push(performance.now());
      return fetch(input, init);
    },
  });
  const tokens = createTokenManager({ provider, backend: memoryBackend() });
  const reply = await control.signIn();
  await tokens.signIn({
    accessToken: String(reply.access_token),
    refreshToken: String(reply.refresh_token),
    expiresAt: Date.now() + Number(reply.expires_in) * 1_000,
  });
  const authFetch = createAuthFetch(tokens, { origins: [apiUrl], fetch: send });
  return {
    farEnd,
    tokens,
    tokenRequestsAt,
    call: (path = '/v1.0/me', init) => authFetch(`${apiUrl}${path}`, init),
    async [Symbol.asyncDispose]() {
      await tokens.close();
      await farEnd.stop();
    },
  };
}

/** What became of calls: bodies are read, failures are kept. */
export async function outcomes(calls: Promise<Response>[]): Promise<{ failed: number; errors: unknown[] }> {
  const errors: unknown[] = [];
  let failed = 0;
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === 'rejected') errors.push(result.reason);
    else {
      await result.value.arrayBuffer();
      if (!result.value.ok) failed++;
    }
  }
  return { failed: failed + errors.length, errors };
}
