import { protectedResource } from '@everbearer/providers/oauth2';
import { describe, expect, test } from 'vitest';
import { captured } from '../support/captured-error.ts';
import { type Answer, type TokenServer, tokenServer } from '../support/token-server.ts';

const ISSUER = 'https://login.example.com';

/** An API at `/api/v1/mail`, whose answers to look-ups are given by path. */
async function api(
  answers: (server: TokenServer) => Record<string, Answer>,
  challenge?: (url: string) => string,
) {
  const server = await tokenServer();
  server.answer(({ path }) => {
    const header = challenge && { 'www-authenticate': challenge(server.url) };
    return (
      answers(server)[path] ?? {
        status: path.startsWith('/api') ? 401 : 404,
        ...(header && { headers: header }),
      }
    );
  });
  const response = await fetch(`${server.url}/api/v1/mail`);
  await response.text();
  const looked = () => server.requests.slice(1).map(({ path }) => path);
  return { server, response, looked };
}

const document = (resource: string, changes = {}) => ({
  body: { resource, authorization_servers: [ISSUER], scopes_supported: ['mail'], ...changes },
});

describe('from a 401 to the issuer', () => {
  test('by the address in the challenge', async () => {
    const { response, looked, server } = await api(
      ({ url }) => ({ '/meta': document(`${url}/api`) }),
      (url) => `Bearer error="invalid_token", resource_metadata="${url}/meta"`,
    );
    expect(await protectedResource(response)).toEqual({
      resource: `${server.url}/api`,
      authorizationServers: [ISSUER],
      scopes: ['mail'],
    });
    expect(looked()).toEqual(['/meta']);
  });

  test.each<[string, string]>([
    ['with the path of the API', '/.well-known/oauth-protected-resource/api/v1/mail'],
    ['at the root', '/.well-known/oauth-protected-resource'],
  ])('without one, at the well-known place %s', async (_name, place) => {
    const { response, looked } = await api(({ url }) => ({ [place]: document(`${url}/`) }));
    const { authorizationServers } = await protectedResource(response);
    expect(authorizationServers).toEqual([ISSUER]);
    expect(looked().at(-1)).toBe(place);
  });
});

describe('what cannot be used is named with its address', () => {
  const place = '/.well-known/oauth-protected-resource';
  test.each<[string, (server: TokenServer) => Record<string, Answer>, string]>([
    ['nothing is there', () => ({}), 'answered status 404'],
    ['a page', () => ({ [place]: { body: '<html>' } }), 'answered a web page'],
    [
      'of another resource',
      () => ({ [place]: document('https://evil.example/api') }),
      'metadata of another resource',
    ],
    ['of another path', ({ url }) => ({ [place]: document(`${url}/other`) }), 'metadata of another resource'],
    ['without a resource', () => ({ [place]: { body: {} } }), 'names no resource'],
    [
      'without a server that may be asked',
      ({ url }) => ({ [place]: document(url, { authorization_servers: ['http://10.0.0.1/', 7] }) }),
      'names no authorization server',
    ],
  ])('%s', async (_name, answers, words) => {
    const { response, server } = await api(answers);
    const error = await captured(protectedResource(response));
    expect(error).toMatchObject({ name: 'ConfigurationError', option: 'issuer' });
    expect((error as Error).message).toContain(`${server.url}${place}`);
    expect((error as Error).message).toContain(words);
  });

  test('an API on https sends nobody to an address in the clear', async () => {
    const asked: string[] = [];
    const headers = new Headers({ 'www-authenticate': 'Bearer resource_metadata="http://127.0.0.1:9/meta"' });
    const fetch = async (input: string | URL | Request) => {
      asked.push(String(input));
      return new Response('', { status: 404 });
    };
    await captured(protectedResource({ url: 'https://api.example/mail', headers }, { fetch }));
    expect(asked).toEqual([
      'https://api.example/.well-known/oauth-protected-resource/mail',
      'https://api.example/.well-known/oauth-protected-resource',
    ]);
  });
});
