import assert from 'node:assert/strict';
import { ConfigurationError } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import type { RealServer } from '../real-server.ts';

/**
 * From its issuer alone its endpoints are found; where it publishes no metadata, the first error says where it
 * was looked for and what was answered.
 */
export async function findsEndpoints({ options, clients, scopes }: RealServer): Promise<void> {
  const issuer = options.issuer ?? new URL(options.tokenEndpoint ?? '').origin;
  const provider = oauth2({ issuer, clientId: clients.none?.clientId ?? '', scopes });
  const asked = { redirectUri: 'http://127.0.0.1/', state: 'state', codeChallenge: 'c'.repeat(43) };
  const found = await provider.signIn
    .authorizationUrl(asked, AbortSignal.timeout(5_000))
    .catch((fault: unknown) => fault);
  if (options.issuer !== undefined) {
    assert.ok(found instanceof URL, String(found));
    assert.equal(found.origin, new URL(issuer).origin);
    return;
  }
  assert.ok(found instanceof ConfigurationError, String(found));
  assert.equal(found.option, 'issuer');
  for (const document of ['openid-configuration', 'oauth-authorization-server'])
    assert.ok(found.message.includes(`/.well-known/${document} answered`), found.message);
}
