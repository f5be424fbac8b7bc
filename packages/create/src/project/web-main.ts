import type { Answers, Api } from '../answers/answers.ts';

/** A web application to which people sign in. */
export function webMain({ api }: Answers): string {
  return `${IMPORTS}import { whose } from './whose.ts';

${STATE}${ROUTES.replace('PARAMETERS', PARAMETERS[api]).replace('REQUEST', PARAMETERS[api] && ', parameters')}${END}`;
}

/** What a sign-in has to say besides. */
const PARAMETERS: Readonly<Record<Api, string>> = {
  graph: '',
  google: `  // Without these, Google brings a refresh token at the first consent alone.
  const parameters = { access_type: 'offline', prompt: 'consent' };
`,
  github: '',
  other: '',
};

const IMPORTS = `import { randomUUID } from 'node:crypto';
import { ReauthorizationRequiredError } from '@everbearer/core';
import { beginSignIn, finishSignIn, type PendingSignIn, SignInError } from '@everbearer/providers/sign-in';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { ask } from './ask.ts';
import { openService } from './service.ts';
`;

const STATE = `/* People sign in, and the application calls the API with the tokens of whoever asks. */

const appUrl = process.env.APP_URL || 'http://localhost:3000';
if (!URL.canParse(appUrl)) {
  console.error('APP_URL is not an address. One is: APP_URL=http://localhost:3000 npm start');
  process.exit(1);
}
const { accounts, provider, fetch, apiUrl, close } = await openService();
const port = Number(process.env.PORT || new URL(appUrl).port || 3000);
const redirectUri = new URL('/callback', appUrl).href;

// Put both into your database where several processes answer, or sessions are to outlive a restart.
/** Who is signed in, by the id in the cookie. */
const sessions = new Map<string, string>();
/** Sign-ins that are under way. They hold secrets, and stay here. */
const pendings = new Map<string, PendingSignIn>();

function cookie(c: Context, name: string, id: string = randomUUID()): string {
  setCookie(c, name, id, { httpOnly: true, sameSite: 'Lax', secure: appUrl.startsWith('https:') });
  return id;
}

`;

const ROUTES = `const app = new Hono();

app.get('/', async (c) => {
  const account = sessions.get(getCookie(c, 'session') ?? '');
  if (account === undefined) return c.html(html\`<a href="/sign-in">Sign in</a>\`);
  const signOut = html\`<form action="/sign-out" method="post"><button>Sign out</button></form>\`;
  return c.html(html\`<p>\${await ask(fetch, apiUrl, account)}</p>\${signOut}\`);
});

app.get('/sign-in', async (c) => {
PARAMETERS  const { url, pending } = await beginSignIn(provider, { redirectUriREQUEST });
  for (const [key, { expiresAt }] of pendings) if (expiresAt < Date.now()) pendings.delete(key);
  // Found again by browser and state together: a link of another site ends no sign-in.
  pendings.set(\`\${cookie(c, 'browser', getCookie(c, 'browser'))} \${pending.state}\`, pending);
  return c.redirect(url.href);
});

app.get('/callback', async (c) => {
  const key = \`\${getCookie(c, 'browser')} \${c.req.query('state')}\`;
  const pending = pendings.get(key);
  // Used once.
  pendings.delete(key);
  const tokens = await finishSignIn(provider, c.req.url, pending);
  const account = await whose(tokens, apiUrl);
  await accounts.for(account).signIn(tokens);
  sessions.delete(getCookie(c, 'session') ?? '');
  // A new id each time, so that nobody can have prepared the session in which a person signs in.
  sessions.set(cookie(c, 'session'), account);
  return c.redirect('/');
});

app.post('/sign-out', async (c) => {
  const id = getCookie(c, 'session') ?? '';
  const account = sessions.get(id);
  sessions.delete(id);
  deleteCookie(c, 'session');
  if (account !== undefined) await accounts.for(account).signOut({ revoke: provider.revoke !== undefined });
  return c.redirect('/');
});

app.onError((error, c) => {
  // Nothing but a new sign-in brings a token for this person again.
  if (error instanceof ReauthorizationRequiredError) return c.redirect('/sign-in');
  console.error(error.message);
  const status = error instanceof SignInError ? 400 : 503;
  return c.html(html\`<p>\${error.message}</p><a href="/sign-in">Sign in again</a>\`, status);
});

`;

const END = `const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => console.log(\`Open \${appUrl}\`));
server.on('error', ({ message }) => {
  console.error(\`\${message}. Another port: APP_URL=http://localhost:3001 npm start\`);
  process.exitCode = 1;
  void close();
});
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    server.close();
    void close();
  });
`;

/** `src/whose.ts`: by which name tokens are found again. */
export function whoseFile({ api }: Answers): string {
  if (api === 'graph') return WHOSE_ENTRA;
  return api === 'github' ? WHOSE_GITHUB : WHOSE_OPENID;
}

const WHOSE_ENTRA = `import type { TokenSet } from '@everbearer/core/contract';
import { entraAccount } from '@everbearer/providers/microsoft';

/** The account that these tokens are of: one person in one tenant, for good. */
export async function whose({ user }: TokenSet, _apiUrl: string): Promise<string> {
  return entraAccount(user);
}
`;

const WHOSE_GITHUB = `import type { TokenSet } from '@everbearer/core/contract';

/** The account that these tokens are of. They do not say it, and the API does: logins change, ids do not. */
export async function whose({ accessToken }: TokenSet, apiUrl: string): Promise<string> {
  const response = await fetch(\`\${apiUrl}/user\`, { headers: { authorization: \`Bearer \${accessToken}\` } });
  if (!response.ok) throw new Error(\`GitHub answered \${response.status} \${response.statusText}\`);
  return String(((await response.json()) as { id: number }).id);
}
`;

const WHOSE_OPENID = `import type { TokenSet } from '@everbearer/core/contract';

/** The account that these tokens are of, as the server calls it: addresses change, this does not. */
export async function whose({ user }: TokenSet, _apiUrl: string): Promise<string> {
  if (user?.id === undefined) throw new Error('The server does not say who signed in: ask for openid.');
  return user.id;
}
`;
