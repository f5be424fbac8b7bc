import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { expect, onTestFinished, test } from 'vitest';
import { tokenServer } from '../support/token-server.ts';

/** An API with one path that answers 401 whatever it is sent. */
async function api(): Promise<string> {
  const server = createServer((request, response) => {
    const isGood = request.headers.authorization === 'Bearer at-1' && request.url !== '/never';
    response.writeHead(isGood ? 200 : 401).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a server that hands out the same token again: one request, and the other paths go on', async () => {
  const server = await tokenServer({
    body: { token_type: 'Bearer', access_token: 'at-1', expires_in: 3600 },
  });
  const provider = oauth2({
    tokenEndpoint: `${server.url}/token`,
    clientId: 'client-1',
    clientAuthentication: { method: 'client_secret_post', clientSecret: 'cs' },
    scopes: ['mail'],
    grant: 'client_credentials',
  });
  const manager = createTokenManager({ provider, backend: memoryBackend() });
  const url = await api();
  const send = createAuthFetch(manager, { origins: [url] });
  for (let call = 0; call < 20; call++) {
    const answers = await Promise.all([send(`${url}/mail`), send(`${url}/never`), send(`${url}/mail`)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200]);
  }
  expect(server.requests).toHaveLength(2);
});
