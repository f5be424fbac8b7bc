import { randomUUID } from 'node:crypto';
import { createAccounts, createAuthFetch, ReauthorizationRequiredError } from '@everbearer/core';
import { beginSignIn, finishSignIn, SignInError, type SignInProvider } from '@everbearer/providers/sign-in';
import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { Database } from './database.ts';

/** A web application, reached at `appUrl`, that calls an API with the tokens of whoever signed in. */
export function createApp(
  provider: SignInProvider,
  database: Database,
  appUrl: string,
  apiUrl: string,
): Hono {
  const accounts = createAccounts({ provider, backend: database.tokens });
  const fetch = createAuthFetch(({ account = '' }) => accounts.for(account), { origins: [apiUrl] });
  const app = new Hono();
  function cookie(c: Context, name: string, id: string = randomUUID()): string {
    setCookie(c, name, id, { httpOnly: true, sameSite: 'Lax', secure: appUrl.startsWith('https:') });
    return id;
  }

  app.get('/', async (c) => {
    const { user } = database.read(getCookie(c, 'session'));
    if (user === undefined)
      return c.html(html`<form action="/sign-in"><input name="name" /><button>Sign in</button></form>`);
    const response = await fetch(`${apiUrl}/v1.0/me`, { auth: { account: user } });
    if (response.status === 401) await accounts.for(user).getToken(); // throws where only a person can help
    const { userPrincipalName } = (await response.json()) as { userPrincipalName?: string };
    const signOut = html`<form action="/sign-out" method="post"><button>Sign out</button></form>`;
    return c.html(html`<p>You are ${userPrincipalName}.</p>${signOut}`);
  });

  app.get('/sign-in', async (c) => {
    const parameters = { login_hint: c.req.query('name') ?? '' };
    const { url, pending } = await beginSignIn(provider, { redirectUri: `${appUrl}/callback`, parameters });
    // Found again by browser and state together: what one tab does, or a link of another site, ends no other sign-in.
    database.start(`${cookie(c, 'browser', getCookie(c, 'browser'))} ${pending.state}`, { pending });
    return c.redirect(url.href);
  });

  app.get('/callback', async (c) => {
    const { pending } = database.take(`${getCookie(c, 'browser')} ${c.req.query('state')}`);
    const tokens = await finishSignIn(provider, c.req.url, pending);
    const user = tokens.user?.id;
    if (user === undefined)
      throw new Error('The server does not say who signed in. Ask for the scope openid.');
    await accounts.for(user).signIn(tokens);
    database.take(getCookie(c, 'session'));
    // A new id each time, so that nobody can have prepared the session in which a person signs in.
    database.start(cookie(c, 'session'), { user });
    return c.redirect('/');
  });

  app.post('/sign-out', async (c) => {
    const { user } = database.take(getCookie(c, 'session'));
    deleteCookie(c, 'session');
    if (user !== undefined) await accounts.for(user).signOut({ revoke: provider.revoke !== undefined });
    return c.redirect('/');
  });

  app.onError((error, c) => {
    // `reauthorization_required`: nothing but a new sign-in brings a token for this user again.
    if (error instanceof ReauthorizationRequiredError) return c.redirect('/sign-in');
    const status = error instanceof SignInError ? 400 : 503;
    return c.html(html`<p>${error.message}</p><a href="/sign-in">Sign in again</a>`, status);
  });
  return app;
}
