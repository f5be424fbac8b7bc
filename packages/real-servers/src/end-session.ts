import assert from 'node:assert/strict';
import type { TokenSet } from '@everbearer/core/contract';
import type { RealServer } from './real-server.ts';

/** Ends a session at the server, as its client would, or as an operator does. */
export async function endSession(server: RealServer, tokens: TokenSet): Promise<void> {
  const { clients, ender, endingClient = 'none' } = server;
  const { clientId = '', clientSecret } = clients[endingClient] ?? {};
  const body = new URLSearchParams({ token: tokens.refreshToken ?? '', token_type_hint: 'refresh_token' });
  const headers: Record<string, string> = {};
  if (clientSecret === undefined) body.set('client_id', clientId);
  else headers['authorization'] = `Basic ${btoa(`${clientId}:${clientSecret}`)}`;
  const { ok } = await fetch(ender, { method: 'POST', body, headers });
  assert.ok(ok, 'the server ended the session');
}
