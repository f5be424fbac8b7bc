import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { type MicrosoftOptions, microsoft, workloadIdentity } from '@everbearer/providers/microsoft';
import { authorizationCode, deviceCode } from '@everbearer/providers/sign-in';
import { expect, onTestFinished, test } from 'vitest';
import { context } from '../support/context.ts';
import { type SeenRequest, type TokenServer, tokenServer } from '../support/token-server.ts';

/*
 * Entra gives tokens that can be revoked early only to clients that say, with each request, that they understand a claims
 * challenge.
 */

const TOKENS = { token_type: 'Bearer', access_token: 'at-1', refresh_token: 'rt-2', expires_in: 3600 };
const STARTED = {
  device_code: 'dc',
  user_code: 'AB',
  verification_uri: 'https://x',
  expires_in: 900,
  interval: 1,
};
const APPLICATION = ['https://graph.microsoft.com/.default'];

const endpointsOf = ({ url }: TokenServer) => ({
  token: `${url}/token`,
  deviceCode: `${url}/devicecode`,
  authorize: `${url}/authorize`,
});

const personAt = (server: TokenServer, options: Partial<MicrosoftOptions> = {}) =>
  microsoft({
    tenantId: 'contoso.com',
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    endpoints: endpointsOf(server),
    ...options,
    grant: undefined,
  });

/** What a person's browser does. */
async function consent(url: URL): Promise<void> {
  const answer = new URL(url.searchParams.get('redirect_uri') ?? '');
  answer.searchParams.set('code', 'code-1');
  answer.searchParams.set('state', url.searchParams.get('state') ?? '');
  await (await fetch(answer)).text();
}

const canDo = (claims: string | null | undefined) => JSON.parse(claims ?? '{}').access_token?.xms_cc;
const CP1 = { values: ['CP1'] };

test.each<[string, (server: TokenServer) => Promise<unknown>]>([
  ['a refresh', (server) => personAt(server).refresh({ refreshToken: 'rt-1' }, context())],
  [
    'client credentials',
    (server) =>
      microsoft({
        tenantId: 'contoso.com',
        clientId: 'client-1',
        clientSecret: 'secret-1',
        grant: 'client_credentials',
        scopes: APPLICATION,
        endpoints: endpointsOf(server),
      }).acquire(context({ scopes: APPLICATION })),
  ],
  [
    'a workload identity',
    (server) => {
      const folder = mkdtempSync(join(tmpdir(), 'workload-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const tokenFile = join(folder, 'token');
      writeFileSync(tokenFile, 'a.b.c');
      const identity = { tenantId: 'contoso.com', clientId: 'client-1', tokenFile };
      const provider = workloadIdentity({ ...identity, scopes: APPLICATION, endpoints: endpointsOf(server) });
      return provider.acquire(context({ scopes: APPLICATION }));
    },
  ],
  [
    'on behalf of a user',
    (server) => personAt(server, { clientSecret: 'secret-1' }).onBehalfOf({ userAssertion: 'a.b.c' }),
  ],
  [
    'a code',
    (server) =>
      authorizationCode(personAt(server), {
        async onUrl(url) {
          expect(canDo(url.searchParams.get('claims'))).toEqual(CP1);
          await consent(url);
        },
      }),
  ],
])('%s says so', async (_name, ask) => {
  const server = await tokenServer({ body: TOKENS });
  await ask(server);
  expect(server.requests).toHaveLength(1);
  expect(canDo(server.last.form.get('claims'))).toEqual(CP1);
});

test('a device code says so when it is asked for and when it is redeemed', async () => {
  const server = await tokenServer({ body: STARTED }, { body: TOKENS });
  await deviceCode(personAt(server), { onCode: () => undefined });
  expect(server.requests.map(({ form }) => canDo(form.get('claims')))).toEqual([CP1, CP1]);
});

/** The two forms that are known: the documented one, and Graph's, with an address that is not quoted. */
test.each<[string, (claims: string) => string]>([
  [
    'as documented',
    (claims) =>
      `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`,
  ],
  [
    'as Graph writes it',
    (claims) =>
      `Bearer realm="", authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize, client_id="00000003-0000-0000-c000-000000000000", errorDescription="Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp", error="insufficient_claims", claims="${claims}"`,
  ],
])('a challenge %s is answered with a token that was asked for with its claims', async (_name, header) => {
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
  let count = 0;
  const entra = await tokenServer(() => ({ body: { ...TOKENS, access_token: `at-${++count}` } }));
  const authorization = ({ headers }: SeenRequest) => headers.authorization;
  const api = await tokenServer((request) =>
    authorization(request) === 'Bearer at-2'
      ? { body: {} }
      : { status: 401, headers: { 'www-authenticate': header(btoa(claims)) } },
  );
  const manager = createTokenManager({ provider: personAt(entra), backend: memoryBackend() });
  await manager.signIn({ refreshToken: 'rt-1' });
  const authFetch = createAuthFetch(manager, { origins: [api.url] });
  expect((await authFetch(`${api.url}/me`)).status).toBe(200);
  expect(api.requests.map(authorization)).toEqual(['Bearer at-1', 'Bearer at-2']);
  expect(JSON.parse(entra.last.form.get('claims') ?? '')).toMatchObject({
    access_token: { nbf: { value: '1700000000' }, xms_cc: CP1 },
  });
  expect((await authFetch(`${api.url}/me`)).status).toBe(200);
  expect(entra.requests).toHaveLength(2);
  await manager.close();
});
