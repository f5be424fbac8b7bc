import { createTokenManager } from '@everbearer/core';
import { defineBackend, type TokenProvider } from '@everbearer/core/contract';
import { type MicrosoftOptions, microsoft as microsoftFor } from '@everbearer/providers/microsoft';
import { type OAuth2Options, oauth2 as oauth2For, profiles } from '@everbearer/providers/oauth2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** Of whatever grant. */
const oauth2 = oauth2For as (options: OAuth2Options) => TokenProvider;
const microsoft = microsoftFor as (options: MicrosoftOptions) => TokenProvider;

/** Names and values that try to pass for something else once they are joined to one text. */
const odd = fc.constantFrom(
  'a',
  'b',
  'a b',
  'a&b=c',
  'a%26b',
  'client_id=a',
  'grant_type=refresh_token',
  'issuer',
  'https://as.example/',
  '+',
  'ü',
  ' ',
);
const name = fc.constantFrom('audience', 'resource', 'tenant', 'issuer', 'token_endpoint', 'a', 'a=b', 'a&b');
const issuer = fc.constantFrom('https://as.example', 'https://as.example/tenant', 'https://other.example');
const endpoint = fc.constantFrom(
  'https://as.example/token',
  'https://as.example/',
  'https://as.example/token?policy=a',
  'https://as.example/token?policy=b',
);
const place = fc.oneof(
  fc.record({ issuer }),
  fc.record({ tokenEndpoint: endpoint }),
  fc.record({ issuer, tokenEndpoint: endpoint }),
);
const clientId = odd.filter((text) => text.trim() !== '');
const secret = { method: 'client_secret_basic', clientSecret: 'secret' } as const;

const oauth2Options: fc.Arbitrary<OAuth2Options> = fc
  .record({
    place,
    clientId,
    grant: fc.constantFrom('refresh_token', 'client_credentials'),
    tokenParameters: fc.dictionary(name, odd, { maxKeys: 3 }),
  })
  .map(({ place: where, ...rest }) => ({ ...where, ...rest, scopes: ['a'], clientAuthentication: secret }));

const TENANT_SCOPES = ['https://api.example/.default'];
const microsoftOptions: fc.Arbitrary<MicrosoftOptions> = fc.record({
  tenantId: fc.constantFrom('contoso.com', 'fabrikam.com', 'a'),
  clientId,
  grant: fc.constantFrom('refresh_token', 'client_credentials'),
  authority: fc.constantFrom('https://login.microsoftonline.com', 'https://login.microsoftonline.us'),
  endpoints: fc.option(fc.record({ token: endpoint }), { nil: undefined }),
  scopes: fc.constant(TENANT_SCOPES),
  clientSecret: fc.constant('secret'),
});

/** The same members, in the opposite order, also those inside. */
function reversed<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reversed(inner)]);
  return Object.fromEntries(entries.reverse());
}

/** What decides which tokens come back, in an order of its own. */
const deciding = (given: OAuth2Options) =>
  JSON.stringify([
    given.issuer,
    given.tokenEndpoint,
    given.clientId,
    given.grant,
    Object.entries(given.tokenParameters ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

describe('whose tokens they are is in the id', () => {
  test('oauth2(): differing options have differing ids', () => {
    fc.assert(
      fc.property(oauth2Options, oauth2Options, (one, other) => {
        const differ = deciding(one) !== deciding(other);
        expect(oauth2(one).id !== oauth2(other).id).toBe(differ);
      }),
      { numRuns: 2_000 },
    );
  });

  test('microsoft(): differing options have differing ids', () => {
    const where = ({ tenantId, clientId: client, grant, endpoints, authority }: MicrosoftOptions) =>
      JSON.stringify([tenantId, client, grant, endpoints?.token ?? authority]);
    fc.assert(
      fc.property(microsoftOptions, microsoftOptions, (one, other) => {
        expect(microsoft(one).id !== microsoft(other).id).toBe(where(one) !== where(other));
      }),
      { numRuns: 2_000 },
    );
  });

  test('the order in which options are written does not matter', () => {
    fc.assert(
      fc.property(oauth2Options, microsoftOptions, (any, entra) => {
        expect(oauth2(reversed(any)).id).toBe(oauth2(any).id);
        expect(microsoft(reversed(entra)).id).toBe(microsoft(entra).id);
      }),
    );
  });
});

const server = { tokenEndpoint: 'https://as.example/token', clientId: 'client-1', scopes: ['mail'] };

test('what another client would be is in it, and what the same client may change is not', () => {
  const { id } = oauth2(server);
  const same: Partial<OAuth2Options>[] = [
    { scopes: ['mail', 'calendar'] },
    { clientAuthentication: secret },
    { clientAuthentication: { ...secret, clientSecret: 'rolled over' } },
    { profile: profiles.keycloak },
    { revocationEndpoint: 'https://as.example/revoke' },
    { fetch: globalThis.fetch },
    { tokenParameters: {} },
    { tokenEndpoint: 'HTTPS://AS.example:443/token' },
  ];
  for (const changes of same) expect(oauth2({ ...server, ...changes }).id, JSON.stringify(changes)).toBe(id);
  expect(id).toBe('token_endpoint=https://as.example/token&client_id=client-1&grant_type=refresh_token');
  const audience = { audience: 'https://api.example.com' };
  expect(oauth2({ ...server, tokenParameters: audience }).id).toBe(`${id}&audience=https://api.example.com`);
});

test('half a character, which no form can hold, is no trouble', () => {
  expect(oauth2({ ...server, tokenParameters: { audience: '\ud800' } }).id).toMatch(/audience=%EF%BF%BD$/);
});

test('the application itself and a person, or two audiences, never meet in one store', async () => {
  const texts = new Map<string, string>();
  const backend = defineBackend({
    load: (key) => texts.get(key),
    save: (key, data) => void texts.set(key, data),
    singleProcess: true,
  });
  const asked: URLSearchParams[] = [];
  const fetch = async (_url: unknown, init?: RequestInit) => {
    asked.push(new URLSearchParams(String(init?.body)));
    return Response.json({ access_token: `at-${asked.length}`, token_type: 'Bearer', expires_in: 3_600 });
  };
  const options = { ...server, clientAuthentication: secret, fetch: fetch as typeof globalThis.fetch };
  const manage = (changes: Partial<OAuth2Options>) =>
    createTokenManager({ provider: oauth2({ ...options, ...changes }), backend, account: 'ops' });
  const person = manage({});
  await person.signIn({ refreshToken: 'rt-of-a-person' });
  const application = manage({ grant: 'client_credentials' });
  const other = manage({ grant: 'client_credentials', tokenParameters: { audience: 'b' } });
  const tokens = [];
  for (const manager of [person, application, other]) tokens.push((await manager.getToken()).token);
  expect(tokens).toEqual(['at-1', 'at-2', 'at-3']);
  expect(asked.map((form) => [form.get('grant_type'), form.get('audience')])).toEqual([
    ['refresh_token', null],
    ['client_credentials', null],
    ['client_credentials', 'b'],
  ]);
  expect(texts.size).toBe(3);
});
