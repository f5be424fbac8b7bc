import assert from 'node:assert/strict';
import { authorizationCode } from '@everbearer/providers/sign-in';
import { createBrowser } from '../browser.ts';
import type { RealServer } from '../real-server.ts';
import { providerAt } from '../session.ts';

/**
 * A server that takes the parameters of a sign-in from the client alone (PAR), and a code with the key of its sign-in alone: somebody
 * signs in, and the tokens are renewed with that key.
 */
export async function signsInByPushedRequest(server: RealServer): Promise<void> {
  const { provider } = await providerAt(server);
  let opened: URL | undefined;
  const tokens = await authorizationCode(provider, {
    redirectUri: server.redirectUri,
    timeoutMs: 10_000,
    async onUrl(url) {
      opened = url;
      await createBrowser().visit(new URL(`/agree${url.search}`, url));
    },
  });
  assert.deepEqual([...(opened?.searchParams.keys() ?? [])], ['client_id', 'request_uri']);
  assert.equal(tokens.tokenType, 'DPoP');
  const { refreshToken = '', dpopKey } = tokens;
  const context = { scopes: server.scopes, signal: AbortSignal.timeout(10_000) };
  const renewed = await provider.refresh({ refreshToken, dpopKey }, context);
  assert.notEqual(renewed.accessToken, tokens.accessToken);
  assert.equal(renewed.dpopKey, dpopKey);
}
