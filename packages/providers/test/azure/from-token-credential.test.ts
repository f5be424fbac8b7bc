import { memoryBackend } from '@everbearer/backends/memory';
import { AccessToken, createAuthFetch, createTokenManager, TokenRejectedError } from '@everbearer/core';
import {
  type AzureCredential,
  type AzureCredentialToken,
  type FromTokenCredentialOptions,
  fromTokenCredential,
  toTokenCredential,
} from '@everbearer/providers/azure';
import { expect, test } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { context } from '../support/context.ts';

const scopes = ['https://api.example/.default'];
const soon = () => Date.now() + 3_600_000;

/** A credential that hands these out, the last one for ever, and writes down what it was asked. */
function credentialOf(...outcomes: (Partial<AzureCredentialToken> | null | Error)[]) {
  const asks: { scopes: string[]; options: Parameters<AzureCredential['getToken']>[1] }[] = [];
  const credential: AzureCredential = {
    async getToken(wanted, options) {
      asks.push({ scopes: wanted, options });
      const next = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
      if (next instanceof Error) throw next;
      return next ? { token: 'at-1', expiresOnTimestamp: soon(), ...next } : null;
    },
  };
  return { asks, credential };
}

const managerOf = (credential: AzureCredential) =>
  createTokenManager({ provider: fromTokenCredential(credential, { scopes }), backend: memoryBackend() });

test('the times and the type of a token are kept, in milliseconds', async () => {
  const refreshAfterTimestamp = Date.now() + 1_800_000;
  const expiresOnTimestamp = soon() + 0.5;
  const { credential } = credentialOf(
    { expiresOnTimestamp, refreshAfterTimestamp, tokenType: 'Bearer' },
    { expiresOnTimestamp: 1_900_000_000 },
  );
  const provider = fromTokenCredential(credential, { scopes });
  expect(await provider.acquire(context({ scopes }))).toEqual({
    accessToken: 'at-1',
    tokenType: 'Bearer',
    expiresAt: Math.floor(expiresOnTimestamp),
    renewAt: refreshAfterTimestamp,
  });
  // Seconds say nothing here.
  expect(await provider.acquire(context({ scopes }))).toEqual({ accessToken: 'at-1' });
});

test('a claims challenge of an API goes on to the credential, and is not asked for again', async () => {
  const claims = '{"access_token":{"nbf":{"essential":true}}}';
  const { asks, credential } = credentialOf({ token: 'at-1' }, { token: 'at-2' });
  const manager = managerOf(credential);
  const send: typeof fetch = async (input, init) => {
    const isNew = new Request(input, init).headers.get('authorization') === 'Bearer at-2';
    const challenge = `Bearer error="insufficient_claims", claims="${btoa(claims)}"`;
    return new Response(null, isNew ? {} : { status: 401, headers: { 'www-authenticate': challenge } });
  };
  const authFetch = createAuthFetch(manager, { origins: ['https://api.example'], fetch: send });
  expect((await authFetch('https://api.example/')).status).toBe(200);
  expect((await authFetch('https://api.example/')).status).toBe(200);
  expect(asks.map(({ options }) => options?.claims)).toEqual([undefined, claims]);
  for (const ask of asks) expect(ask).toMatchObject({ scopes, options: { enableCae: true } });
  await manager.close();
});

test('ours as theirs as ours: an error of ours stays what it is', async () => {
  const rejected = new TokenRejectedError({ message: 'Ours. Do this.' });
  const inner = { getToken: () => Promise.reject(rejected) };
  const provider = fromTokenCredential(toTokenCredential(inner), { scopes });
  expect(await captured(provider.acquire(context({ scopes })))).toBe(rejected);
  const fine = { getToken: async () => new AccessToken({ token: 'at-1' }) };
  const again = fromTokenCredential(toTokenCredential(fine), { scopes });
  expect((await again.acquire(context({ scopes }))).accessToken).toBe('at-1');
});

const authentication = (error: string, errorCodes: number[], statusCode = 400) =>
  Object.assign(new Error('AuthenticationError'), {
    name: 'AuthenticationError',
    statusCode,
    errorResponse: { error, errorDescription: `AADSTS${errorCodes[0]}: Words.`, errorCodes },
    request: { headers: { authorization: 'Bearer canary-1' } },
  });
const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each<[string, Error, Record<string, unknown>]>([
  [
    'a wrong secret',
    authentication('invalid_client', [7000215], 401),
    {
      code: 'invalid_client',
      status: 401,
      description: expect.stringContaining('AADSTS7000215: Make a new'),
    },
  ],
  [
    'conditional access',
    authentication('invalid_grant', [53003]),
    { code: 'invalid_grant', passes: true, description: expect.stringContaining('Entra said: Words.') },
  ],
  [
    'trouble at Microsoft',
    authentication('invalid_request', [90033]),
    { code: 'temporarily_unavailable', description: expect.stringContaining('AADSTS90033') },
  ],
  [
    'words of MSAL',
    named(
      'AuthenticationRequiredError',
      'invalid_client: 7000222 - [time]: AADSTS7000222: Expired. Trace ID: 1',
    ),
    {
      code: 'invalid_client',
      description: expect.stringMatching(/^AADSTS7000222: The client secret .+ Expired\.$/),
    },
  ],
  [
    'a number alone',
    named('Error', 'AADSTS50076: More.'),
    { code: 'interaction_required', description: expect.stringContaining('AADSTS50076') },
  ],
  [
    'no credential of a chain',
    named('AggregateAuthenticationError', 'ChainedTokenCredential authentication failed.'),
    { code: 'invalid_client', sent: false, description: expect.stringContaining('ChainedTokenCredential') },
  ],
  [
    'anything else',
    named('Error', 'canary-1'),
    { code: 'network', description: 'the credential failed to give a token' },
  ],
])('%s', async (_name, thrown, expected) => {
  const { credential } = credentialOf(thrown);
  const provider = fromTokenCredential(credential, { scopes });
  expect(await refusal(provider.acquire(context({ scopes })), 'canary-1')).toMatchObject(expected);
});

test.each<[string, Partial<AzureCredentialToken> | null]>([
  ['null', null],
  ['an empty token', { token: '' }],
  ['no text', { token: 7 as never }],
])('%s is no token', async (_name, given) => {
  const { credential } = credentialOf(given);
  const provider = fromTokenCredential(credential, { scopes });
  expect(await refusal(provider.acquire(context({ scopes })))).toMatchObject({ code: 'invalid_response' });
});

test('a credential that is ended by the signal has had no time', async () => {
  const signal = AbortSignal.abort();
  const { credential } = credentialOf(named('AbortError', 'aborted'));
  const provider = fromTokenCredential(credential, { scopes });
  expect(await refusal(provider.acquire(context({ scopes, signal })))).toMatchObject({ code: 'timeout' });
});

test('nothing is shared unless it has a name', () => {
  const { credential } = credentialOf(null);
  const id = (name?: string) => fromTokenCredential(credential, { scopes, name }).id;
  expect(id()).not.toBe(id());
  expect(id('nightly')).toBe(id('nightly'));
  expect(id('nightly')).not.toBe(id('daily'));
});

test.each<[string, unknown, unknown]>([
  ['credential', undefined, { scopes }],
  ['credential', {}, { scopes }],
  ['options', { getToken: () => null }, undefined],
  ['scopes', { getToken: () => null }, {}],
  ['name', { getToken: () => null }, { scopes, name: '' }],
  ['scope', { getToken: () => null }, { scopes, scope: 'x' }],
])('names %s', (option, credential, options) => {
  const make = () =>
    fromTokenCredential(credential as AzureCredential, options as FromTokenCredentialOptions);
  expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
});

test('a host that is not there is told with its code, at once where it never was', async () => {
  const down = Object.assign(new Error('getaddrinfo ENOTFOUND x'), {
    name: 'RestError',
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
  });
  const first = await refusal(managerOf(credentialOf(down).credential).getToken());
  expect(first).toMatchObject({ code: 'network', sent: false, retryable: false });
  expect(first.message).toContain('ENOTFOUND, there is no such host');

  const { credential } = credentialOf({}, down);
  const provider = fromTokenCredential(credential, { scopes });
  await provider.acquire(context({ scopes }));
  expect(await refusal(provider.acquire(context({ scopes })))).toMatchObject({ retryable: true });
});

test('a credential that gives nothing: no answer of a token endpoint is claimed', async () => {
  const { message } = await refusal(managerOf(credentialOf(null).credential).getToken());
  expect(message).toContain('the credential gave no token');
  expect(message).not.toContain('The token endpoint answered');
});
