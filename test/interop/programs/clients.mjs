// Every library that an optional peer or `client` stands for, used once for all that is used of it. Prints what it saw, as JSON.
import { redisBackend } from '@everbearer/backends/redis';
import { createTokenManager } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';
import { createAuthorizationServer } from '@everbearer/testing/authorization-server';
import { jsonReply, listenOnLoopback, send } from '@everbearer/testing/loopback-server';
import Redis from 'ioredis';
import ky from 'ky';
import { createClient } from 'redis';

const url = process.env.REDIS_URL;
const server = await createAuthorizationServer();
const { issuer, clientId } = server;
const seen = {};
const api = await listenOnLoopback(async (request, response) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const { kind } = server.judge(token);
  send(
    response,
    jsonReply(kind === 'valid' ? 200 : 401, { kind }, { 'www-authenticate': 'Bearer error="invalid_token"' }),
  );
});

seen['ky'] = await throughKy();
const nodeRedis = createClient({ url });
await nodeRedis.connect();
seen['redis'] = await overRedis(() => nodeRedis, 'r:');
nodeRedis.destroy();
const ioredis = new Redis(url);
seen['ioredis'] = await overRedis(() => ioredis, 'i:');
ioredis.disconnect();
seen['msal'] = await throughMsal();
await api.close();
await server.close();
console.log(JSON.stringify(seen));

function managerOver(
  backend,
  provider = oauth2({ issuer, clientId, scopes: ['Mail.Read', 'offline_access'] }),
) {
  return createTokenManager({ provider, backend });
}

/** Two managers as of two processes: what one renews, the other is told of and takes over. */
async function overRedis(client, prefix) {
  const [one, other] = [1, 2].map(() => managerOver(redisBackend({ client: client(), prefix })));
  await one.signIn({ refreshToken: server.signIn().refresh_token });
  const { token } = await one.getToken();
  const same = (await other.getToken()).token === token;
  server.revokeAccessTokens();
  const before = server.counts.refreshes;
  const next = await Promise.all([one.getToken({ rejected: token }), other.getToken({ rejected: token })]);
  const renewals = server.counts.refreshes - before;
  await Promise.all([one.close(), other.close()]);
  return { same, renewals, equal: next[0].token === next[1].token, kind: server.judge(next[0].token).kind };
}

async function throughMsal() {
  const provider = microsoft({
    tenantId: server.tenantId,
    clientId,
    scopes: ['Mail.Read'],
    endpoints: { token: server.tokenEndpoint },
  });
  const tokens = managerOver(await memory(), provider);
  await tokens.signIn({ refreshToken: server.signIn().refresh_token });
  const { token } = await tokens.getToken();
  await tokens.close();
  return server.judge(token).kind;
}

/** Headers, a 401 that is renewed and sent again, a call without a token, hooks and a retry of ky's own. */
async function throughKy() {
  const tokens = managerOver(await memory());
  await tokens.signIn({ refreshToken: server.signIn().refresh_token });
  const client = ky
    .create({ retry: { limit: 1, delay: () => 0 } })
    .extend(bearerAuth(tokens, { origins: [api.url], audit: true }));
  const statuses = [(await client.get(api.url)).status];
  server.revokeAccessTokens();
  statuses.push((await client.post(api.url, { json: { a: 1 } })).status);
  statuses.push((await client.get(api.url, { context: { auth: false }, throwHttpErrors: false })).status);
  const foreign = await client.get('http://127.0.0.1:1/').catch((error) => error.name);
  await tokens.close();
  return [...statuses, foreign];
}

async function memory() {
  const { memoryBackend } = await import('@everbearer/backends/memory');
  return memoryBackend();
}
