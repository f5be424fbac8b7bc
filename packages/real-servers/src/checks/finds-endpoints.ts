import assert from 'node:assert/strict';
import { TokenEndpointError } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import type { RealServer } from '../real-server.ts';

/** From its issuer alone its endpoints are found; where it publishes no metadata, that is what the first error says. */
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
  assert.ok(found instanceof TokenEndpointError, String(found));
  assert.equal(found.sent, false);
  assert.match(found.message, /metadata/);
}
