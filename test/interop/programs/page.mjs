// What a page uses of ours; for bundlers, and for a component of Next.
import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager, staticTokenSource } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import { oauth2 } from '@everbearer/providers/oauth2';
import { authorizationCode, beginSignIn } from '@everbearer/providers/sign-in';
import ky from 'ky';

async function main() {
  const { origin } = location;
  const guard = { origins: [origin] };
  const source = staticTokenSource('token-of-a-page');
  const provider = oauth2({
    tokenEndpoint: `${origin}/token`,
    authorizationEndpoint: `${origin}/authorize`,
    clientId: 'a-page',
    scopes: ['read'],
  });
  const tokens = createTokenManager({ provider, backend: memoryBackend() });
  await tokens.signIn({ refreshToken: 'refresh-token-of-a-page' });
  const begun = await beginSignIn(provider, { redirectUri: `${origin}/back` });
  return {
    fetch: (await createAuthFetch(source, guard)(`${origin}/api`)).status,
    ky: (await ky.extend(bearerAuth(source, guard)).get(`${origin}/api`)).status,
    manager: (await createAuthFetch(tokens, guard)(`${origin}/api`)).status,
    signIn: begun.url.searchParams.get('code_challenge_method'),
    listener: await authorizationCode(provider, { onUrl() {} }).catch(
      ({ name, option }) => `${name} ${option}`,
    ),
  };
}

/** Tells the server of the page what it saw, as JSON. */
export function tellWhatIsSeen() {
  const tell = (seen) => fetch('/seen', { method: 'POST', body: JSON.stringify(seen) });
  return main().then(tell, (error) => tell(String(error)));
}
