import { createAuthorizationServer, protectedBy } from '@everbearer/testing/authorization-server';
import { jsonReply, listenOnLoopback, send } from '@everbearer/testing/loopback-server';
import { expect, test } from 'vitest';

test('an API behind the tokens of an authorization server takes good ones, and says what is wrong with others', async () => {
  await using server = await createAuthorizationServer();
  const api = await listenOnLoopback(
    protectedBy(server, async (_request, response) => send(response, jsonReply(200, {}))),
  );
  const ask = async (authorization?: string) => {
    const response = await fetch(api.url, { headers: authorization ? { authorization } : {} });
    return [response.status, response.headers.get('www-authenticate')];
  };
  const { access_token: token } = server.signIn();
  expect(await ask(`Bearer ${token}`)).toEqual([200, null]);
  expect(await ask(`bearer ${token}`)).toEqual([200, null]);
  expect(await ask()).toEqual([401, 'Bearer']);
  expect(await ask(`Basic ${token}`)).toEqual([401, 'Bearer']);
  expect(await ask('Bearer x')).toEqual([
    401,
    expect.stringMatching(/^Bearer error="invalid_token".*unknown/),
  ]);
  server.requireClaims('{"a":1}');
  expect(await ask(`Bearer ${token}`)).toEqual([
    401,
    'Bearer error="insufficient_claims", claims="eyJhIjoxfQ=="',
  ]);
  server.revokeAccessTokens();
  expect(await ask(`Bearer ${token}`)).toEqual([401, expect.stringContaining('revoked')]);
  await api.close();
});
