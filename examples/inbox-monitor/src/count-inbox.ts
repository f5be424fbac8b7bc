import type { KyInstance } from 'ky';

export interface InboxCount {
  name: string;
  total: number;
  unread: number;
  /** Messages found by following every page. */
  counted: number;
  pages: number;
}

interface Folder {
  displayName: string;
  totalItemCount: number;
  unreadItemCount: number;
}

interface Page {
  value: unknown[];
  '@odata.nextLink'?: string;
}

/** Counts the inbox: what the folder says, and what its pages hold. Plain ky; nothing here knows of tokens. */
export async function countInbox(graph: KyInstance): Promise<InboxCount> {
  const folder = await graph.get('me/mailFolders/inbox').json<Folder>();
  let counted = 0;
  let pages = 0;
  let page = await graph.get('me/mailFolders/inbox/messages?$top=100&$select=id').json<Page>();
  for (;;) {
    counted += page.value.length;
    pages++;
    const next = page['@odata.nextLink'];
    if (!next) break;
    page = await graph.get(next).json<Page>();
  }
  const { displayName, totalItemCount, unreadItemCount } = folder;
  return { name: displayName, total: totalItemCount, unread: unreadItemCount, counted, pages };
}
