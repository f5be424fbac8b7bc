import process from 'node:process';
import { fileBackend } from '@everbearer/backends/file';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { microsoft } from '@everbearer/providers/microsoft';

const { API, CLIENT_ID: clientId, HOME, REFRESH_TOKEN, TENANT_ID: tenantId, TOKEN_ENDPOINT } = process.env;

const provider = microsoft({
  tenantId,
  clientId,
  scopes: ['Mail.Read'],
  endpoints: { token: TOKEN_ENDPOINT },
});
const tokens = createTokenManager({ provider, backend: fileBackend({ directory: `${HOME}/tokens` }) });
const authFetch = createAuthFetch(tokens, { origins: [API] });

export async function GET() {
  const { state } = await tokens.status();
  if (state === 'reauthorization_required') await tokens.signIn({ refreshToken: REFRESH_TOKEN });
  return Response.json(await (await authFetch(API)).json());
}
