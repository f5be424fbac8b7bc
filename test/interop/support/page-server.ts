import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonReply, listenOnLoopback, readText, send } from '@everbearer/testing/loopback-server';

/** The server behind a page: its files, a token endpoint, an API that takes two tokens, and an ear for what the page saw. */
export interface PageServer extends AsyncDisposable {
  readonly url: string;
  /** Opens a page in Chromium, and returns what it tells this server. */
  seenInChromium(url: string): Promise<unknown>;
}

/** What `programs/page.mjs` tells where all of it works. */
export const ALL_WORKS = {
  fetch: 200,
  ky: 200,
  manager: 200,
  signIn: 'S256',
  listener: 'ConfigurationError redirectUri',
};

/** What no code of a page may hold: a module of Node, or what Vite puts in its place. */
export const WORDS_OF_NODE = /["'`]node:\w+|__vite-browser-external/g;

/** Serves the files of `folder`; a path that is none of them is a page that loads the `main.mjs` below it. */
export async function pageServer(folder: string): Promise<PageServer> {
  let told: ((seen: string) => void) | undefined;
  const borne = ['token-of-a-page', 'renewed-token-of-a-page'].map((token) => `Bearer ${token}`);
  const web = await listenOnLoopback(async (request, response, { pathname }) => {
    if (pathname === '/seen') {
      told?.((await readText(request)) ?? '');
      return send(response, jsonReply(200, {}));
    }
    if (pathname === '/token') return send(response, jsonReply(200, REPLY));
    if (pathname === '/api')
      return send(response, jsonReply(borne.includes(request.headers.authorization ?? '') ? 200 : 401, {}));
    const code = pathname.endsWith('js') ? readFileSync(join(folder, pathname)) : undefined;
    const type = code ? 'text/javascript' : 'text/html';
    const page = `<!doctype html><script type="module" src="${pathname}main.mjs"></script><body>`;
    response.writeHead(200, { 'content-type': type }).end(code ?? page);
  });
  return {
    url: web.url,
    async seenInChromium(url) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      told = resolve;
      const profile = join(folder, 'profile');
      const flags = [
        '--no-sandbox',
        '--disable-gpu',
        '--remote-debugging-port=0',
        `--user-data-dir=${profile}`,
      ];
      // Debian's command is a shell script around the browser: both are ended, as one group.
      const browser = spawn('chromium-headless-shell', [...flags, url], { stdio: 'ignore', detached: true });
      browser.once('error', reject);
      browser.once('exit', (code) => reject(new Error(`Chromium ended with ${code}`)));
      try {
        return JSON.parse(await promise) as unknown;
      } finally {
        const isRunning = browser.exitCode === null && browser.signalCode === null;
        if (browser.pid !== undefined && isRunning) {
          const exited = once(browser, 'exit');
          process.kill(-browser.pid);
          await exited;
        }
      }
    },
    [Symbol.asyncDispose]: () => web.close(),
  };
}

const REPLY = { access_token: 'renewed-token-of-a-page', token_type: 'Bearer', expires_in: 3600 };
