import type { TokenSet } from '@everbearer/core/contract';
import { startRedisServer } from '@everbearer/far-end/redis';
import { fromTokenResponse } from '@everbearer/providers/sign-in';
import { createAuthorizationServer, protectedBy } from '@everbearer/testing/authorization-server';
import { jsonReply, listenOnLoopback, send } from '@everbearer/testing/loopback-server';

/** From the environment; without an ISSUER, against servers on this machine. */
export async function settings() {
  const { ISSUER, CLIENT_ID = '', API_URL = '', REDIS_URL = 'redis://127.0.0.1:6379' } = process.env;
  if (!ISSUER) return localSettings();
  const signedIn: { person: string; tokens: TokenSet }[] = [];
  const registered = { issuer: ISSUER, clientId: CLIENT_ID };
  return {
    ...registered,
    apiUrl: API_URL,
    redisUrl: REDIS_URL,
    signedIn,
    [Symbol.asyncDispose]: async () => {},
  };
}

async function localSettings() {
  const redis = await startRedisServer();
  const people = ['ada', 'grace', 'alan'].map((name) => `${name}@contoso.example`);
  const server = await createAuthorizationServer({ accounts: people });
  const api = await listenOnLoopback(
    protectedBy(server, async (request, response) => {
      const verdict = server.judge(request.headers.authorization?.slice('Bearer '.length) ?? '');
      send(response, jsonReply(200, { name: verdict.kind === 'valid' ? verdict.account?.name : undefined }));
    }),
  );
  // People who signed in through a web application, say, which stored their tokens.
  const signedIn = people.map((person) => ({
    person,
    tokens: fromTokenResponse(server.signIn({ account: person })),
  }));
  // Somebody changed his password since: his tokens are dead, and nobody has told us.
  server.revokeFamily('alan@contoso.example');
  const close = async () => {
    await Promise.all([api.close(), server.close(), redis.stop()]);
  };
  const redisUrl = `redis://127.0.0.1:${redis.port}`;
  return { ...server.oauth2Options(), apiUrl: api.url, redisUrl, signedIn, [Symbol.asyncDispose]: close };
}
