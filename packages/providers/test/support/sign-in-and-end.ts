import process from 'node:process';
import { oauth2 } from '@everbearer/providers/oauth2';
import { authorizationCode } from '@everbearer/providers/sign-in';

/*
 * A program that signs a person in and then has nothing more to do. It writes the address to open, and how the sign-in
 * ended. Argument: for how long it waits for the person.
 */

const reply = { access_token: 'at-1', token_type: 'Bearer' };
const provider = oauth2({
  tokenEndpoint: 'https://as.example/token',
  authorizationEndpoint: 'https://as.example/authorize',
  clientId: 'client-1',
  scopes: [],
  fetch: async () => Response.json(reply),
});

const ended = authorizationCode(provider, {
  onUrl: (url) => console.log(url.href),
  timeoutMs: Number(process.argv[2]),
}).then(
  ({ accessToken }) => accessToken,
  (error: { code: string }) => error.code,
);
console.log(await ended);
