import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider';
import { onTestFinished, vi } from 'vitest';

/** oidc-provider on loopback, with its own pages for sign-in and consent. Closed with the test. */
export async function realServer(
  client: ClientMetadata,
  features: Configuration['features'] = {},
): Promise<{ issuer: string }> {
  // It reminds of what a server in production would set.
  for (const method of ['warn', 'info'] as const) {
    const quiet = vi.spyOn(console, method).mockImplementation(() => undefined);
    onTestFinished(() => quiet.mockRestore());
  }
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ grant_types: ['authorization_code', 'refresh_token'], ...client }],
    scopes: ['openid', 'offline_access', 'email'],
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false,
    features: { revocation: { enabled: true }, ...features },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com` }),
    }),
  });
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { issuer };
}

/** What a person's browser does at that server: signs in, consents, and stops at the address that it is sent back to. */
export async function signInThere(url: URL, redirectUri: string, login: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let next: URL | undefined = url;
  let body: URLSearchParams | undefined;
  for (let steps = 0; next && steps < 20; steps++) {
    const response: Response = await fetch(next, {
      method: body ? 'POST' : 'GET',
      ...(body && { body }),
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const text = await response.text();
    const location = response.headers.get('location');
    const [, prompt] = /name="prompt" value="(\w+)"/.exec(text) ?? [];
    const [, action] = /action="([^"]+)"/.exec(text) ?? [];
    if (location === null && prompt === undefined)
      throw new Error(`status ${response.status}: ${text.replace(/<[^>]*>|\s+/g, ' ').slice(0, 500)}`);
    next = new URL(location ?? action ?? '', next);
    body =
      location === null ? new URLSearchParams({ prompt: prompt ?? '', login, password: 'any' }) : undefined;
    if (next.href.startsWith(new URL(redirectUri).href)) return next;
  }
  throw new Error('The server sends from one page to the next without an end.');
}
