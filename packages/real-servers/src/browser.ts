import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a person's browser does during a sign-in: it keeps cookies, follows redirects and sends the forms it is shown. */
export interface Browser {
  /** Resolves with the status of the last page. */
  visit(address: string | URL): Promise<number>;
}

const MOST_PAGES = 20;

export function createBrowser(): Browser {
  /** By host, without the port: as browsers keep them. */
  const cookies = new Map<string, Map<string, string>>();

  async function open(url: URL, form?: URLSearchParams): Promise<Page> {
    const mine = cookies.get(url.hostname) ?? new Map<string, string>();
    cookies.set(url.hostname, mine);
    const page = await load(url, [...mine].map((pair) => pair.join('=')).join('; '), form);
    for (const line of page.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') mine.delete(name);
      else mine.set(name, value);
    }
    return page;
  }

  async function visit(address: string | URL): Promise<number> {
    let url = new URL(address);
    let form: URLSearchParams | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const { status, headers, content } = await open(url, form);
      const shown = headers.location === undefined ? formOf(content) : undefined;
      const next = headers.location ?? shown?.action;
      if (next === undefined) return status;
      url = new URL(next, url);
      form = shown?.fields;
    }
    throw new Error(`The sign-in did not end after ${MOST_PAGES} pages; the last one was ${url.pathname}.`);
  }

  return { visit };
}

interface Page {
  status: number;
  headers: IncomingHttpHeaders;
  content: string;
}

/** Not with `fetch`, which says in its headers that it is none: some servers answer a browser otherwise. */
async function load(url: URL, cookie: string, form: URLSearchParams | undefined): Promise<Page> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { accept: 'text/html', cookie, 'content-type': 'application/x-www-form-urlencoded' };
  const method = form === undefined ? 'GET' : 'POST';
  request(url, { method, headers, agent: false }, resolve).on('error', reject).end(form?.toString());
  const answer = await promise;
  return { status: answer.statusCode ?? 0, headers: answer.headers, content: await text(answer) };
}

/** The first form of a page, as somebody sends it who accepts what is filled in. */
function formOf(page: string): { action: string; fields: URLSearchParams } | undefined {
  const [, head = '', inside = ''] = /<form([^>]*)>(.*?)<\/form>/s.exec(page) ?? [];
  const action = attribute(head, 'action');
  if (action === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [input] of inside.matchAll(/<(?:input|button)[^>]*>/g)) {
    const name = attribute(input, 'name');
    if (name !== undefined && name !== 'abort') fields.set(name, attribute(input, 'value') ?? '');
  }
  return { action, fields };
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return value?.replaceAll('&amp;', '&');
}
