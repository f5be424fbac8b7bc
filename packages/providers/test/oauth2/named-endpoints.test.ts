import type { TokenSet } from '@everbearer/core/contract';
import { jwtBearer, oauth2, tokenExchange } from '@everbearer/providers/oauth2';
import { beginSignIn, deviceCode, type SignInProvider } from '@everbearer/providers/sign-in';
import { expect, test } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { ask } from '../support/oauth2-fixture.ts';
import { type Answer, tokenServer } from '../support/token-server.ts';

const OPTIONS = {
  deviceAuthorizationEndpoint: '/device',
  pushedAuthorizationRequestEndpoint: '/par',
  revocationEndpoint: '/revoke',
};

async function refused(work: (provider: SignInProvider) => Promise<unknown>, answer: Answer) {
  const { url } = await tokenServer(answer);
  const at = (path: string) => `${url}${path}`;
  const endpoints = Object.fromEntries(Object.entries(OPTIONS).map(([name, path]) => [name, at(path)]));
  const provider = oauth2({
    tokenEndpoint: at('/token'),
    authorizationEndpoint: at('/authorize'),
    clientId: 'client-1',
    scopes: ['mail'],
    ...endpoints,
  });
  return refusal(work(provider));
}

const device = (provider: SignInProvider) => deviceCode(provider, { onCode: () => undefined });
const push = (provider: SignInProvider) =>
  beginSignIn(provider, { redirectUri: 'https://app.example/callback' });
const revoke = async (provider: SignInProvider) =>
  provider.revoke?.({ refreshToken: 'rt-1' } as TokenSet, ask());

test.each<[string, (provider: SignInProvider) => Promise<unknown>, string]>([
  ['The device authorization endpoint', device, '`deviceAuthorizationEndpoint`'],
  ['The pushed authorization request endpoint', push, '`pushedAuthorizationRequestEndpoint`'],
  ['The revocation endpoint', revoke, '`revocationEndpoint`'],
])('%s is named where it answered, and its option where it is none', async (name, work, option) => {
  const no = await refused(work, { status: 401, body: { error: 'invalid_client' } });
  expect(no.message).toContain(`${name} answered invalid_client`);
  const none = await refused(work, { status: 404, body: { error: 'Not Found' } });
  expect(none.message).toContain(`${name} answered`);
  expect(none.message).toContain(option);
  expect(none.message).not.toContain('token endpoint');
});

test.each([device, push])('a success that lacks what it must hold: %#', async (work) => {
  const { message } = await refused(work, { body: {} });
  expect(message).not.toContain('token endpoint');
});

test.each([
  ['assertion', jwtBearer({ assertion: async () => '', subject: 'me' })],
  ['assertion', jwtBearer({ assertion: () => undefined as unknown as string, subject: 'me' })],
  ['subjectToken', tokenExchange({ subjectToken: () => ' ', subject: 'me' })],
  ['actorToken', tokenExchange({ subjectToken: 'st', actorToken: () => '', subject: 'me' })],
])('an empty `%s` is not sent', async (option, grant) => {
  const server = await tokenServer();
  const provider = oauth2({ tokenEndpoint: server.url, clientId: 'client-1', scopes: [], grant });
  const error = await captured(provider.acquire(ask()));
  expect(error).toMatchObject({ code: 'configuration', option });
  expect(server.requests).toEqual([]);
});

test('grantParameters of a grant that is never used are refused', () => {
  const make = (grantParameters: Record<string, object>) => () =>
    oauth2({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'c',
      scopes: [],
      grantParameters,
    } as never);
  expect(make({ refresh: { scope: 'mail' } })).toThrow('`grantParameters.refresh`');
  expect(make({ authorization_code: { scope: 'mail' }, refresh_token: {} })).not.toThrow();
  expect(make({ 'urn:ietf:params:oauth:grant-type:device_code': {} })).not.toThrow();
});
