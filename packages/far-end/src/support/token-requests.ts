import type { AuthorizationServer, TokenReply } from '@everbearer/testing/authorization-server';

export interface OAuthError {
  error: string;
  error_description: string;
  error_codes: number[];
  suberror?: string;
  claims?: string;
}

type Answer = Partial<TokenReply> & Partial<OAuthError>;

/** A form sent as any client would send it. */
export function postForm(url: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(url, { method: 'POST', body: new URLSearchParams(form), headers });
}

export async function askToken(server: AuthorizationServer, form: Record<string, string>) {
  const response = await postForm(server.tokenEndpoint, { client_id: server.clientId, ...form });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}

export function refresh(server: AuthorizationServer, refreshToken = '', more: Record<string, string> = {}) {
  return askToken(server, { grant_type: 'refresh_token', refresh_token: refreshToken, ...more });
}

export function call(url: string, token: string | undefined, init: RequestInit = {}) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(url, { ...init, headers: { ...headers, ...(init.headers as Record<string, string>) } });
}

/** The claims of an unsigned id_token. */
export function idClaims(idToken = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
