import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageDocument, pagePolicy } from '../timeline/page-document.ts';

export interface LivePage {
  title: string;
  intro: string;
  /** HTML of what there is to see now. */
  body(): string;
}

/** A page that is served to one user, on loopback. */
export interface LiveServer extends AsyncDisposable {
  /** With the key that opens it: a secret of the user who started the server. */
  url: string;
}

/**
 * Serves a page and its news on a free port of loopback. The page itself tells nothing; its news want the key, which is in the
 * fragment of the address, so that browsers send it to nobody and no log has it. Pages of other places can neither read
 * nor ask: a name that points to loopback is refused, as is a foreign origin, and nothing is shared across origins.
 */
export async function liveServer(page: LivePage): Promise<LiveServer> {
  const key = randomBytes(32).toString('base64url');
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 10_000 }, (request, response) => {
    const { status, headers, text } = answerTo(request, key, page);
    send(response, status, headers, text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/#${key}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}

interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  text?: string;
}

function answerTo({ method, url, headers }: IncomingMessage, key: string, page: LivePage): Answer {
  if (!isFromHere(headers))
    return { status: 421, text: 'Ask under a name of loopback, and from no page of elsewhere.\n' };
  if (method !== 'GET') return { status: 405, headers: { allow: 'GET' } };
  const { title, intro } = page;
  const waiting = '<p class="nothing">Looking at the store…</p>';
  if (url === '/') return html(pageDocument({ title, intro, body: waiting, isLive: true }));
  if (url !== '/live') return { status: 404 };
  // A link to the page may stand anywhere; only the page itself asks for news.
  const site = headers['sec-fetch-site'] ?? 'same-origin';
  if (site !== 'same-origin' || !isSame(headers['everbearer-key'], key)) return { status: 403 };
  const text = page.body();
  const seen = digest(text).toString('base64url');
  if (headers['everbearer-seen'] === seen) return { status: 204 };
  return html(text, { 'everbearer-seen': seen });
}

function html(text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, text, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } };
}

/** Asked under a name of loopback, through whatever port was forwarded, and by no page of elsewhere. */
function isFromHere({ host = '', origin }: IncomingMessage['headers']): boolean {
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}

/** Takes as long whatever is wrong with it. */
function isSame(given: string | string[] | undefined, key: string): boolean {
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(key));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  text = '',
): void {
  response.writeHead(status, {
    'cache-control': 'no-store',
    'content-security-policy': `${pagePolicy(true)}; frame-ancestors 'none'`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(text);
}
