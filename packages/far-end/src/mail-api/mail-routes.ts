import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TestAccount } from '@everbearer/testing/authorization-server';
import { jsonReply, type Reply } from '@everbearer/testing/loopback-server';
import { graphError } from './graph-challenge.ts';
import type { Mailbox } from './mailbox.ts';

/** A request that may be answered. */
export interface MailRequest {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  account: TestAccount | undefined;
  body: ReceivedBody;
}

/** What arrived, told by length and hash. */
export interface ReceivedBody {
  bytes: number;
  sha256: string;
}

/** Hashes a body as it streams in, whatever its size. */
export async function receiveBody(request: IncomingMessage): Promise<ReceivedBody> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Answers like Graph, as far as a mail monitor gets to see it; `/echo` and `/redirect` are ours. */
export function answerMailRequest(mailbox: Mailbox, onSent: () => void, request: MailRequest): Reply {
  const { method, url } = request;
  switch (`${method} ${url.pathname}`) {
    case 'GET /v1.0/me':
      return me(request);
    case 'GET /v1.0/me/mailFolders/inbox':
      return jsonReply(200, {
        '@odata.context': `${url.origin}/v1.0/$metadata#users('me')/mailFolders/$entity`,
        id: 'inbox',
        displayName: 'Inbox',
        totalItemCount: mailbox.total(),
        unreadItemCount: mailbox.unread(),
      });
    case 'GET /v1.0/me/mailFolders/inbox/messages':
      return messages(mailbox, url);
    case 'POST /v1.0/me/sendMail':
      onSent();
      return jsonReply(202, { received: request.body });
  }
  if (url.pathname === '/echo') return echo(request);
  if (url.pathname === '/redirect') return redirect(url);
  return graphError(404, 'ResourceNotFound', 'Resource could not be discovered.');
}

function me({ url, account }: MailRequest): Reply {
  if (!account)
    return graphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
  return jsonReply(200, {
    '@odata.context': `${url.origin}/v1.0/$metadata#users/$entity`,
    id: account.id,
    displayName: account.name,
    mail: account.username,
    userPrincipalName: account.username,
  });
}

const MOST_A_PAGE = 1000;

/** The next link carries how many messages there were when the walk began, so that a walk is of one moment. */
function messages(mailbox: Mailbox, url: URL): Reply {
  const top = Math.min(MOST_A_PAGE, Math.max(1, numberOf(url, '$top') ?? 10));
  const skip = numberOf(url, '$skip') ?? 0;
  const total = Math.min(numberOf(url, '$skiptoken') ?? mailbox.total(), mailbox.total());
  const next = new URL(url);
  next.searchParams.set('$top', String(top));
  next.searchParams.set('$skip', String(skip + top));
  next.searchParams.set('$skiptoken', String(total));
  return jsonReply(200, {
    '@odata.context': `${url.origin}/v1.0/$metadata#users('me')/mailFolders('inbox')/messages`,
    ...(url.searchParams.get('$count') === 'true' && { '@odata.count': total }),
    value: mailbox.page(total, skip, top),
    ...(skip + top < total && { '@odata.nextLink': next.href }),
  });
}

function numberOf(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name);
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function echo({ method, headers, body }: MailRequest): Reply {
  const { authorization: _secret, cookie: _cookies, ...kept } = headers;
  return jsonReply(200, { method, headers: kept, body });
}

function redirect(url: URL): Reply {
  const status = numberOf(url, 'status') ?? 302;
  const location = url.searchParams.get('to') ?? '/v1.0/me';
  return { status: status >= 301 && status <= 308 ? status : 302, headers: { location }, body: '' };
}
