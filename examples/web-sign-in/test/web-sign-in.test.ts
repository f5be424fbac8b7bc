import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type FarEnd, startFarEnd } from '@everbearer/far-end';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { startProcess } from '@everbearer/testing/supervise';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Browser, createBrowser } from './support/browser.ts';

const USERS = Array.from({ length: 50 }, (_, number) => `user-${number}@contoso.example`);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'web-sign-in-'));
let farEnd: FarEnd;
let files = 0;

beforeAll(async () => {
  farEnd = await startFarEnd({ authorizationServer: { accounts: USERS, namesIssuer: true } });
});
afterAll(async () => {
  await farEnd.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The application in a process of its own, and a way to start it again on the same table. */
async function startApp() {
  const port = await freePort();
  const { issuer, apiUrl, clientId } = farEnd;
  const env = {
    ISSUER: issuer,
    API_URL: apiUrl,
    CLIENT_ID: clientId,
    PORT: String(port),
    DATABASE: join(folder, `${++files}.db`),
  };
  const begin = () =>
    startProcess({ main: new URL('../src/main.ts', import.meta.url), env, execArgv: SOURCE_OPTIONS });
  let app = begin();
  onTestFinished(async () => void (await app.kill()));
  const url = `http://localhost:${port}`;
  const listening = async () => {
    for (let tries = 0; tries < 200; tries++) {
      const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(50);
    }
    throw new Error('The application does not listen.');
  };
  await listening();
  return {
    url,
    async restart() {
      await app.kill();
      app = begin();
      await listening();
    },
  };
}

const nameOf = ({ text }: { text: string }) => /You are ([^<]+)\./.exec(text)?.[1];

async function signedIn(appUrl: string, user: string): Promise<Browser> {
  const browser = createBrowser(appUrl);
  const home = await browser.visit(`/sign-in?name=${encodeURIComponent(user)}`);
  expect(nameOf(home)).toBe(user);
  expect(home.url.href).toBe(`${appUrl}/`);
  return browser;
}

test('fifty users sign in, and each is served with their own tokens, renewed once, also after a restart', async () => {
  const app = await startApp();
  const browsers = await Promise.all(USERS.map((user) => signedIn(app.url, user)));
  const before = (await farEnd.control.counts()).authorizationServer.refreshes;
  await farEnd.control.expireNow();
  const twice = [...browsers, ...browsers];
  const homes = await Promise.all(twice.map((browser) => browser.visit('/')));
  expect(homes.map(nameOf)).toEqual([...USERS, ...USERS]);
  expect((await farEnd.control.counts()).authorizationServer.refreshes - before).toBe(50);

  await app.restart();
  const later = await Promise.all(browsers.map((browser) => browser.visit('/')));
  expect(later.map(nameOf)).toEqual(USERS);
  const { authorizationServer, mailApi } = await farEnd.control.counts();
  expect(authorizationServer).toMatchObject({ reuses: 0, familiesRevoked: 0 });
  expect(mailApi.bare).toBe(0);
}, 60_000);

test('a session that the server ended: the person is sent to sign in, and comes back signed in', async () => {
  const app = await startApp();
  const [ada, grace] = [
    await signedIn(app.url, USERS[0] as string),
    await signedIn(app.url, USERS[1] as string),
  ];
  await farEnd.control.revokeFamily(USERS[0]);
  const families = (await farEnd.control.counts()).authorizationServer.families;
  // The server here signs in at once, and takes whoever comes without a name for its first account.
  expect(nameOf(await ada.visit('/'))).toBe(USERS[0]);
  expect((await farEnd.control.counts()).authorizationServer.families).toBe(families + 1);
  expect(nameOf(await grace.visit('/'))).toBe(USERS[1]);
});

test('whoever signs out is signed out here and at the server; the others notice nothing', async () => {
  const app = await startApp();
  const [ada, grace] = [
    await signedIn(app.url, USERS[0] as string),
    await signedIn(app.url, USERS[1] as string),
  ];
  const old = ada.cookie();
  const before = (await farEnd.control.counts()).authorizationServer.familiesRevoked;
  const home = await ada.visit('/sign-out', { method: 'POST' });
  expect(home.text).toContain('Sign in');
  expect((await farEnd.control.counts()).authorizationServer.familiesRevoked).toBe(before + 1);
  ada.useCookie(old);
  expect((await ada.visit('/')).text).toContain('Sign in');
  expect(nameOf(await grace.visit('/'))).toBe(USERS[1]);
});

test('a person who declines is told so, and can sign in later', async () => {
  const app = await startApp();
  const browser = createBrowser(app.url);
  await farEnd.control.configure({ signInError: 'access_denied' });
  const page = await browser.visit('/sign-in');
  expect(page).toMatchObject({ status: 400, text: expect.stringContaining('access_denied') });
  await farEnd.control.configure({ signInError: '' });
  expect(nameOf(await browser.visit('/sign-in'))).toBe(USERS[0]);
});

test('a callback that this browser did not ask for signs nobody in', async () => {
  const app = await startApp();
  const [mine, theirs] = [createBrowser(app.url), createBrowser(app.url)];
  const query = '?code=stolen-code&state=guessed';
  for (const browser of [mine, theirs]) {
    const page = await browser.visit(`/callback${query}`);
    expect(page).toMatchObject({ status: 400 });
    expect(page.text).toContain('no sign-in is under way in this browser');
  }
  const ada = await signedIn(app.url, USERS[0] as string);
  const id = ada.cookie();
  const again = await ada.visit(`/callback${query}`);
  expect(again.status).toBe(400);
  expect(again.text).not.toContain('stolen-code');
  // Nor anybody out: any other site can send a browser there.
  expect(nameOf(await ada.visit('/'))).toBe(USERS[0]);
  // A session in which a person has signed in is not the one that it was before.
  expect(id).not.toBe((await signedIn(app.url, USERS[0] as string)).cookie());
});

test('a link of another site to the page that begins a sign-in signs nobody out', async () => {
  const app = await startApp();
  const ada = await signedIn(app.url, USERS[0] as string);
  await ada.leave('/sign-in');
  expect(nameOf(await ada.visit('/'))).toBe(USERS[0]);
});

test('two tabs sign in at once, and the one that comes back first does not disturb the other', async () => {
  const app = await startApp();
  const browser = createBrowser(app.url);
  const tabs = [await browser.leave('/sign-in'), await browser.leave('/sign-in')];
  for (const tab of tabs) expect(nameOf(await browser.visit(tab))).toBe(USERS[0]);
});

test('a callback that is opened again is refused, and its person stays signed in', async () => {
  const app = await startApp();
  const browser = createBrowser(app.url);
  const callback = await createBrowser(app.url).leave(await browser.leave('/sign-in'));
  expect(callback).toContain('/callback?');
  expect(nameOf(await browser.visit(callback))).toBe(USERS[0]);
  expect((await browser.visit(callback)).status).toBe(400);
  expect(nameOf(await browser.visit('/'))).toBe(USERS[0]);
});

test('it is as short as its page says', () => {
  const source = new URL('../src/', import.meta.url);
  const lines = readdirSync(source).map(
    (name) => readFileSync(new URL(name, source), 'utf8').trimEnd().split('\n').length,
  );
  expect(lines.reduce((sum, count) => sum + count)).toBeLessThan(120);
});

test.each<[string[], number, RegExp]>([
  [['--help'], 0, /^Usage: npm run start:web .*\nReal: .*\nSimulated, on this machine: .* --help/s],
  [['--halp'], 2, /^Unknown option '--halp'\. All options: npm run start:web -- --help\n$/],
  [['8080'], 2, /^Unexpected argument '8080'.* All options: /],
])('npm run start:web -- %j says what it is, and starts nothing', async (args, status, says) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [, ...words] = scripts['start:web'].split(' ');
  const { ISSUER: _, ...env } = process.env;
  const ended = await promisify(execFile)(process.execPath, [...words, ...args], {
    cwd: root,
    env,
    timeout: 10_000,
  }).then(
    (ran) => ({ ...ran, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  expect(ended.stdout + ended.stderr).toMatch(says);
  expect(ended.code).toBe(status);
  for (const line of ended.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
